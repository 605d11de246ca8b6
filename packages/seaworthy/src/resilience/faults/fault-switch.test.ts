import { expect, test, vi } from 'vitest'
import { manualClock, seededRandom } from 'seaworthy/core'
import { callContext } from '../engine/caller-scope.ts'
import { faultSwitch } from './fault-switch.ts'
import { createRegistry } from '../registry/registry.ts'

function setUp() {
  const clock = manualClock()
  const faults = faultSwitch('weather', { clock, random: seededRandom(1) })
  const work = vi.fn(async () => 'live')
  return { clock, faults, work, call: (signal?: AbortSignal) => faults.execute(work, callContext(signal)) }
}

test('faultSwitch: is off until it is set', async () => {
  const { faults, call } = setUp()
  expect(faults.current).toBeUndefined()
  expect(await call()).toBe('live')
  expect(faults.snapshot()).toEqual({ name: 'weather', fault: undefined, injected: 0 })
})

test('faultSwitch: an error replaces the call until it is cleared', async () => {
  const { faults, work, call } = setUp()
  faults.set({ kind: 'error' })
  await expect(call()).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED', details: { name: 'weather' } })
  faults.set({ kind: 'error', message: 'boom' })
  await expect(call()).rejects.toThrow('boom')
  expect(work).not.toHaveBeenCalled()
  faults.clear()
  expect(await call()).toBe('live')
  expect(faults.snapshot().injected).toBe(2)
})

test('faultSwitch: latency delays the call', async () => {
  const { clock, faults, work, call } = setUp()
  faults.set({ kind: 'latency', delay: '2s' })
  const result = call()
  await clock.advance(1_999)
  expect(work).not.toHaveBeenCalled()
  await clock.advance(1)
  expect(await result).toBe('live')
})

test('faultSwitch: an abort during latency ends it at once and starts nothing', async () => {
  const { clock, faults, work, call } = setUp()
  faults.set({ kind: 'latency', delay: '2s' })
  const controller = new AbortController()
  const outcome = expect(call(controller.signal)).rejects.toThrow('left')
  controller.abort(new Error('left'))
  await outcome
  expect(clock.pending).toBe(0)
  expect(work).not.toHaveBeenCalled()
})

test('faultSwitch: a hang ends only by its abort, also when the fault is over', async () => {
  const { clock, faults, call } = setUp()
  faults.set({ kind: 'hang' })
  const controller = new AbortController()
  const settled = vi.fn()
  const result = call(controller.signal)
  result.then(settled, settled)
  faults.clear()
  await clock.advance(3_600_000)
  expect(settled).not.toHaveBeenCalled()
  controller.abort(new Error('left'))
  await expect(result).rejects.toThrow('left')
})

test('faultSwitch: ends by itself after its time', async () => {
  const { clock, faults, call } = setUp()
  faults.set({ kind: 'error' }, '10s')
  await clock.advance(4_000)
  expect(faults.current).toEqual({
    kind: 'error',
    delayMs: 0,
    message: undefined,
    share: 1,
    leftMs: 6_000,
  })
  await clock.advance(6_000)
  expect(faults.current).toBeUndefined()
  expect(await call()).toBe('live')
})

test('faultSwitch: meets the given share of calls', async () => {
  const { faults, call } = setUp()
  faults.set({ kind: 'error', share: 0.3 })
  const results = await Promise.allSettled(Array.from({ length: 1_000 }, () => call()))
  const failed = results.filter((result) => result.status === 'rejected').length
  expect(failed).toBeGreaterThan(240)
  expect(failed).toBeLessThan(360)
  faults.set({ kind: 'hang', share: 0 })
  expect(await call()).toBe('live')
})

test('faultSwitch: refuses a wrong fault and keeps the one before', () => {
  const { faults } = setUp()
  faults.set({ kind: 'hang' })
  expect(() => faults.set({ kind: 'explode' } as never)).toThrow('Cannot configure fault "weather": "kind"')
  expect(() => faults.set({ kind: 'error', share: 2 })).toThrow('"share" must be a number from 0 to 1')
  expect(() => faults.set({ kind: 'error' }, '1 s' as never)).toThrow('Cannot read fault length')
  expect(faults.current).toMatchObject({ kind: 'hang', leftMs: undefined })
})

test('faultSwitch: is found in the registry and describes itself', () => {
  const registry = createRegistry()
  const made = faultSwitch('weather', {}, registry)
  expect(registry.faults.get('weather')).toBe(made)
  expect(made.describe()).toEqual({ kind: 'fault-switch', name: 'weather' })
})
