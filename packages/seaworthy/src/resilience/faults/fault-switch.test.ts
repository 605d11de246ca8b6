import { expect, test, vi } from 'vitest'
import { manualClock, seededRandom } from 'seaworthy/core'
import type { ExecuteOptions } from '../engine/call-context.ts'
import { pipeline } from '../engine/pipeline.ts'
import { timeout } from '../timeout/timeout.ts'
import type { Fault } from './fault.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { faultSwitch, type FaultSwitchOptions } from './fault-switch.ts'
import { createRegistry } from '../registry/registry.ts'

function setUp(options: Partial<FaultSwitchOptions> = {}) {
  const clock = manualClock()
  const faults = faultSwitch({ name: 'weather', ...options }, { clock, random: seededRandom(1) })
  const work = vi.fn(async () => 'live')
  const guarded = pipeline([faults])
  return { clock, faults, work, call: (wishes?: ExecuteOptions) => guarded.execute(work, wishes) }
}

test('faultSwitch: is off until it is set', async () => {
  const { faults, call } = setUp()
  expect(faults.current).toBeUndefined()
  expect(await call()).toBe('live')
  expect(faults.snapshot()).toEqual({ name: 'weather', fault: undefined, faults: [], injected: 0 })
})

test('faultSwitch: off it reads no clock and no random number', async () => {
  const clock = manualClock()
  const random = { next: vi.fn(() => 0) }
  const faults = faultSwitch('weather', { clock, random })
  const now = vi.spyOn(clock, 'now')
  await pipeline([faults]).execute(async () => 1, { faultRequest: 'error' })
  expect([now.mock.calls.length, random.next.mock.calls.length]).toEqual([0, 0])
})

test('faultSwitch: an error replaces the call until it is cleared', async () => {
  const { faults, work, call } = setUp()
  faults.set({ kind: 'error' })
  await expect(call()).rejects.toMatchObject({
    code: 'ERR_FAULT_INJECTED',
    message: 'Cannot call "weather": its fault switch must be off, is set to error',
    details: { name: 'weather' },
  })
  faults.set({ kind: 'error', message: 'boom' })
  await expect(call()).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED', message: 'boom' })
  expect(work).not.toHaveBeenCalled()
  faults.clear()
  expect(await call()).toBe('live')
  expect(faults.snapshot()).toMatchObject({ faults: [], injected: 2 })
})

test('faultSwitch: an error may have the code of another, or be made by a function', async () => {
  const { faults, call } = setUp()
  faults.set({ kind: 'error', code: 'ECONNRESET', message: 'socket hang up' })
  await expect(call()).rejects.toMatchObject({
    code: 'ECONNRESET',
    message: 'socket hang up',
    cause: { code: 'ERR_FAULT_INJECTED' },
  })
  const own = new TypeError('fetch failed')
  const error = vi.fn(() => own)
  faults.set({ kind: 'error', error })
  await expect(call({ key: 'a' })).rejects.toBe(own)
  expect(error).toHaveBeenCalledExactlyOnceWith({ key: 'a', attempt: 1 })
  faults.set({
    kind: 'error',
    error: () => {
      throw own
    },
  })
  await expect(call()).rejects.toBe(own)
})

test('faultSwitch: a result replaces the call, also undefined', async () => {
  const { faults, work, call } = setUp()
  faults.set({ kind: 'result', value: 'canned' })
  expect(await call()).toBe('canned')
  faults.set({ kind: 'result', value: undefined })
  expect(await call()).toBeUndefined()
  expect(work).not.toHaveBeenCalled()
})

test('faultSwitch: latency delays the call', async () => {
  const { clock, faults, work, call } = setUp()
  faults.set({ kind: 'latency', delay: '2s' })
  const result = call()
  await clock.advance(1_999)
  expect(work).not.toHaveBeenCalled()
  await clock.advance(1)
  expect(await result).toBe('live')
  faults.set({ kind: 'latency', delay: 0 })
  expect(await call()).toBe('live')
  expect(faults.snapshot().injected).toBe(2)
})

test('faultSwitch: latency with jitter takes up to so much more', async () => {
  const clock = manualClock()
  const faults = faultSwitch('weather', { clock, random: { next: () => 0.25 } })
  faults.set({ kind: 'latency', delay: 100, jitter: 40 })
  const work = vi.fn(async () => 'live')
  const result = pipeline([faults]).execute(work)
  await clock.advance(109)
  expect(work).not.toHaveBeenCalled()
  await clock.advance(1)
  expect(await result).toBe('live')
})

test('faultSwitch: an abort during latency ends it at once and starts nothing', async () => {
  const { clock, faults, work, call } = setUp()
  faults.set({ kind: 'latency', delay: '2s' })
  const controller = new AbortController()
  const outcome = expect(call({ signal: controller.signal })).rejects.toThrow('left')
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
  const result = call({ signal: controller.signal })
  result.then(settled, settled)
  faults.clear()
  await clock.advance(3_600_000)
  expect(settled).not.toHaveBeenCalled()
  controller.abort(new Error('left'))
  await expect(result).rejects.toThrow('left')
})

test('faultSwitch: a timeout around it ends a hang, and a latency that is too long', async () => {
  const clock = manualClock()
  const faults = faultSwitch('weather', { clock })
  const guarded = pipeline([timeout({ limit: '1s' }, { clock }), faults])
  for (const fault of [{ kind: 'hang' }, { kind: 'latency', delay: '2s' }] as const) {
    faults.set(fault)
    const outcome = expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
    await clock.advance(1_000)
    await outcome
    expect(clock.pending).toBe(0)
  }
})

test('faultSwitch: latencies add up, and the first other fault ends the call after them', async () => {
  const { clock, faults, work, call } = setUp()
  const second = { kind: 'latency', delay: '2s' } as const
  const ends: readonly [Fault, PromiseSettledResult<unknown>['status']][] = [
    [{ kind: 'error' }, 'rejected'],
    [{ kind: 'result', value: 1 }, 'fulfilled'],
  ]
  for (const [end, status] of ends) {
    faults.set([{ kind: 'latency', delay: '1s' }, second, end, { kind: 'hang' }, second])
    const settled = vi.fn()
    const result = Promise.allSettled([call()]).then(([each]) => settled(each?.status))
    await clock.advance(2_999)
    expect(settled).not.toHaveBeenCalled()
    await clock.advance(1)
    await result
    expect(settled).toHaveBeenCalledExactlyOnceWith(status)
    expect(faults.snapshot().faults.map(({ met }) => met)).toEqual([1, 1, 1, 0, 0])
  }
  expect(faults.snapshot().injected).toBe(2)
  expect(work).not.toHaveBeenCalled()
})

test('faultSwitch: a hang after a latency hangs', async () => {
  const { clock, faults, call } = setUp()
  faults.set([{ kind: 'latency', delay: 5 }, { kind: 'hang' }])
  const controller = new AbortController()
  const left = new Error('left')
  const outcome = expect(call({ signal: controller.signal })).rejects.toBe(left)
  await clock.advance(3_600_000)
  expect(clock.pending).toBe(0)
  controller.abort(left)
  await outcome
})

test('faultSwitch: a fault with a key meets only calls with it', async () => {
  const { faults, call } = setUp()
  faults.set({ kind: 'error', key: 'tenant-a' })
  await expect(call({ key: 'tenant-a' })).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED' })
  expect(await call({ key: 'tenant-b' })).toBe('live')
  expect(await call()).toBe('live')
  expect(faults.current).toMatchObject({ key: 'tenant-a', met: 1 })
})

test('faultSwitch: ends by itself after its time', async () => {
  const { clock, faults, call } = setUp()
  faults.set({ kind: 'error' }, '10s')
  await clock.advance(4_000)
  expect(faults.current).toEqual({
    id: 1,
    kind: 'error',
    delayMs: 0,
    jitterMs: 0,
    message: undefined,
    code: undefined,
    share: 1,
    key: undefined,
    met: 0,
    leftMs: 6_000,
  })
  await clock.advance(5_999)
  expect(faults.current).toMatchObject({ leftMs: 1 })
  await clock.advance(1)
  expect(faults.current).toBeUndefined()
  expect(await call()).toBe('live')
})

test('faultSwitch: faults are added and removed one by one, each with its own time', async () => {
  const { clock, faults, call } = setUp()
  const error = faults.add({ kind: 'error', key: 'a' }, '1s')
  const hang = faults.add({ kind: 'hang', key: 'b' })
  const latency = faults.add({ kind: 'latency', delay: 3, key: 'c' })
  expect([error, hang, latency]).toEqual([1, 2, 3])
  expect(faults.snapshot().faults.map(({ id, kind }) => [id, kind])).toEqual([
    [error, 'error'],
    [hang, 'hang'],
    [latency, 'latency'],
  ])
  expect(faults.remove(hang)).toBe(true)
  expect(faults.remove(hang)).toBe(false)
  await clock.advance(1_000)
  expect(faults.snapshot().faults.map(({ id }) => id)).toEqual([latency])
  expect(await call({ key: 'a' })).toBe('live')
  faults.set({ kind: 'hang' })
  expect(faults.current?.id).toBeGreaterThan(latency)
})

test('faultSwitch: holds twenty faults at most, and one whose time is over takes no place', async () => {
  const { clock, faults } = setUp()
  faults.add({ kind: 'hang' }, '1s')
  for (let i = 1; i < 20; i++) faults.add({ kind: 'hang' })
  const full = expect.objectContaining({
    code: 'ERR_FAULTS_FULL',
    message: 'Cannot set faults of "weather": must be at most 20 at once, received 21',
    details: { name: 'weather', max: 20 },
  })
  expect(() => faults.add({ kind: 'hang' })).toThrow(full)
  await clock.advance(1_000)
  faults.add({ kind: 'hang' })
  const many = Array.from({ length: 21 }, () => ({ kind: 'error' }) as const)
  expect(() => faults.set(many)).toThrow(full)
  expect(faults.snapshot().faults.every(({ kind }) => kind === 'hang')).toBe(true)
  faults.set(many.slice(1))
  expect(faults.snapshot().faults.length).toBe(20)
  faults.set([])
  expect(faults.current).toBeUndefined()
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

test('faultSwitch: a share is met by random numbers below it', async () => {
  let next = 0.5
  const faults = faultSwitch('weather', { clock: manualClock(), random: { next: () => next } })
  faults.set({ kind: 'result', value: 'fault', share: 0.5 })
  const call = (): Promise<string> => pipeline([faults]).execute(async () => 'live')
  expect(await call()).toBe('live')
  next = 0.499
  expect(await call()).toBe('fault')
})

test('faultSwitch: a fault that meets all calls draws no random number, so that others meet the same as without it', async () => {
  const random = { next: vi.fn(() => 0) }
  const faults = faultSwitch('weather', { clock: manualClock(), random })
  faults.set({ kind: 'result', value: 'fault' })
  expect(await pipeline([faults]).execute(async () => 'live')).toBe('fault')
  expect(random.next).not.toHaveBeenCalled()
})

test('faultSwitch: with a seed the same calls meet faults in each run', async () => {
  const metBy = async (seed: number | string): Promise<readonly string[]> => {
    const { faults, call } = setUp({ seed })
    faults.set({ kind: 'error', share: 0.5 })
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => call()))
    return results.map(({ status }) => status)
  }
  expect(await metBy('experiment')).toEqual(await metBy('experiment'))
  expect(await metBy('experiment')).not.toEqual(await metBy(7))
})

test('faultSwitch: can be switched while calls run', async () => {
  const { clock, faults, call } = setUp()
  faults.set({ kind: 'latency', delay: '1s' })
  const slow = call()
  faults.set({ kind: 'error' })
  await expect(call()).rejects.toMatchObject({ code: 'ERR_FAULT_INJECTED' })
  faults.clear()
  await clock.advance(1_000)
  expect(await slow).toBe('live')
})

test('faultSwitch: refuses a wrong fault and keeps the one before', () => {
  const { faults } = setUp()
  faults.set({ kind: 'hang' })
  const set = (fault: unknown) => () => faults.set(fault as Fault)
  expect(set({ kind: 'explode', share: 1 })).toThrow(
    'Cannot configure fault "weather": "kind" must be one of "latency", "error", "result", "hang", received "explode"',
  )
  expect(set(null)).toThrow('Cannot configure fault "weather": "options" must be an object, received null')
  expect(set([{ kind: 'error' }, 7])).toThrow('"options" must be an object, received 7')
  expect(set({ kind: 'error', share: 2 })).toThrow(
    'Cannot configure fault "weather": "share" must be a number from 0 to 1, received 2',
  )
  expect(set({ kind: 'error', delay: 5 })).toThrow(
    '"delay" must be one of kind, share, key, message, code, error',
  )
  expect(set({ kind: 'latency' })).toThrow(
    'Cannot configure fault "weather": "delay" must be a duration from 0ms to 1d',
  )
  expect(set({ kind: 'result', share: -1 })).toThrow('Cannot configure fault "weather": "share" must be')
  expect(set({ kind: 'latency', delay: 1, jitter: '2d' })).toThrow('"jitter" must be a duration')
  expect(set({ kind: 'hang', key: '' })).toThrow(
    'Cannot configure fault "weather": "key" must be text of 1 to 200 characters, or left out',
  )
  expect(() => faults.set({ kind: 'error' }, '1 s' as never)).toThrow('Cannot read fault length')
  expect(() => faults.add({ kind: 'error' }, -1)).toThrow('Cannot read fault length')
  expect(faults.snapshot().faults).toMatchObject([{ kind: 'hang', leftMs: undefined }])
})

test('faultSwitch: is found in the registry, describes itself and refuses wrong options', () => {
  const registry = createRegistry()
  const made = faultSwitch('weather', {}, registry)
  expect(registry.faults.get('weather')).toBe(made)
  expect(made.describe()).toEqual({ kind: 'fault-switch', name: 'weather', allowRequests: false })
  expect(() => faultSwitch({ name: 'weather', allowRequests: 'yes' } as never)).toThrow(
    'Cannot configure fault switch "weather": "allowRequests" must be true or false, received "yes"',
  )
  expect(() => faultSwitch({ name: 'weather', seed: {} } as never)).toThrow(
    '"seed" must be a finite number or text',
  )
  expect(() => faultSwitch('')).toThrow('"name" must be text of 1 to 200 characters')
})

test('faultSwitch: a call that hangs until the total timeout counts against the breaker, as the work would', async () => {
  const clock = manualClock()
  const breaker = circuitBreaker({ name: 'model', trip: { kind: 'consecutive', failures: 1 } }, { clock })
  const faults = faultSwitch('model', { clock })
  faults.set({ kind: 'hang' })
  const guarded = pipeline([timeout({ limit: 100 }, { clock }), breaker, faults])
  const outcome = guarded.outcome(async () => 1)
  await clock.advance(100)
  expect(await outcome).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT' } })
  expect(breaker.state).toBe('open')
})
