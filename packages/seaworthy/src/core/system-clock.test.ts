import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

const day = 86_400_000

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  // The clock's own timer may still be set, and the next test has other timers.
  if (vi.isFakeTimers()) vi.runAllTimers()
  vi.useRealTimers()
})

test('systemClock: tells monotonic and wall time', () => {
  vi.setSystemTime(1_000)
  const before = systemClock.now()
  expect(systemClock.wallTime()).toBe(1_000)
  vi.setSystemTime(500)
  vi.advanceTimersByTime(20)
  expect(systemClock.now() - before).toBe(20)
})

test('systemClock: runs a callback once, not before its time', () => {
  const callback = vi.fn()
  systemClock.schedule(10.5, callback)
  vi.advanceTimersByTime(10)
  expect(callback).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_000)
  expect(callback).toHaveBeenCalledOnce()
})

test('systemClock: a delay below 0 counts as 0', () => {
  const callback = vi.fn()
  systemClock.schedule(-100, callback)
  vi.advanceTimersByTime(1)
  expect(callback).toHaveBeenCalledOnce()
})

test('systemClock: a delay longer than a platform timer is waited for in pieces', () => {
  const callback = vi.fn()
  systemClock.schedule(35 * day, callback)
  vi.advanceTimersByTime(35 * day - 1)
  expect(callback).not.toHaveBeenCalled()
  vi.advanceTimersByTime(2)
  expect(callback).toHaveBeenCalledOnce()
})

test('systemClock: a platform timer that fires early is waited for again', () => {
  const callback = vi.fn()
  const now = vi.spyOn(performance, 'now')
  const start = performance.now()
  systemClock.schedule(10, callback)
  now.mockReturnValue(start + 9.6)
  vi.advanceTimersByTime(10)
  expect(callback).not.toHaveBeenCalled()
  now.mockReturnValue(start + 10.1)
  vi.advanceTimersByTime(1)
  expect(callback).toHaveBeenCalledOnce()
})

test('systemClock: a cancelled timer never runs, also between two pieces', () => {
  const callback = vi.fn()
  const timer = systemClock.schedule(35 * day, callback)
  vi.advanceTimersByTime(30 * day)
  timer.cancel()
  {
    using _ = systemClock.schedule(10, callback)
  }
  vi.advanceTimersByTime(30 * day)
  expect(callback).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('systemClock: timers that come and go share one platform timer, which then goes too', () => {
  for (let call = 0; call < 1_000; call++) systemClock.schedule(1_000, () => {}).cancel()
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(1_000)
  expect(vi.getTimerCount()).toBe(0)
})

test('systemClock: a timer keeps the process alive only if it is to, and only while it waits', () => {
  vi.useRealTimers()
  const timersThatHold = (): number =>
    process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const before = timersThatHold()
  using _ = systemClock.schedule(60_000, () => {})
  expect(timersThatHold()).toBe(before)
  {
    using _keeping = systemClock.schedule(90_000, () => {}, { keepsAlive: true })
    expect(timersThatHold()).toBe(before + 1)
  }
  expect(timersThatHold()).toBe(before)
})
