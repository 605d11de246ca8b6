import { expect, test } from 'vitest'
import { FaultSwitch } from './fault-switch.ts'

test('FaultSwitch: holds at most 1,000 requests and lets the next one go at once', async () => {
  const faults = new FaultSwitch()
  const { signal } = new AbortController()
  faults.set({ kind: 'hang' })
  const held = Array.from({ length: 1_000 }, () => faults.hold(signal))
  expect(await faults.hold(signal)).toBe(false)
  expect(faults.held).toBe(1_000)
  faults.set(undefined)
  expect((await Promise.all(held)).every(Boolean)).toBe(true)
  expect(faults.held).toBe(0)
})

test('FaultSwitch: a hang that is set again goes on, another fault ends it', async () => {
  const faults = new FaultSwitch()
  faults.set({ kind: 'hang' })
  const held = faults.hold(new AbortController().signal)
  faults.set({ kind: 'hang' })
  expect(faults.held).toBe(1)
  faults.set({ kind: 'garbage' })
  expect(await held).toBe(true)
})

test('FaultSwitch: who leaves is not held', async () => {
  const faults = new FaultSwitch()
  const leaving = new AbortController()
  const held = faults.hold(leaving.signal)
  leaving.abort()
  expect(await held).toBe(false)
  expect(faults.held).toBe(0)
  expect(await faults.hold(leaving.signal)).toBe(false)
})
