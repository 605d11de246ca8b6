import { createHook } from 'node:async_hooks'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Timer } from './clock.ts'
import { PlatformAlarm } from './platform-alarm.ts'
import { TimerQueue } from './timer-queue.ts'

const platformDelayMaxMs = 2 ** 31 - 1

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.clearAllTimers()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('PlatformAlarm: rings once, at its time', () => {
  const ring = vi.fn()
  new PlatformAlarm(ring).set(10)
  vi.advanceTimersByTime(9)
  expect(ring).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(ring).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(1_000)
  expect(ring).toHaveBeenCalledOnce()
})

test('PlatformAlarm: a fraction of a millisecond is rounded up, so that it never rings early', () => {
  const ring = vi.fn()
  new PlatformAlarm(ring).set(4.001)
  vi.advanceTimersByTime(4)
  expect(ring).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(ring).toHaveBeenCalledOnce()
})

test('PlatformAlarm: set again, it forgets the time before, be it earlier or later', () => {
  const ring = vi.fn()
  const alarm = new PlatformAlarm(ring)
  alarm.set(10)
  alarm.set(30)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(29)
  expect(ring).not.toHaveBeenCalled()
  alarm.set(20)
  alarm.set(5)
  vi.advanceTimersByTime(5)
  expect(ring).toHaveBeenCalledOnce()
  expect(vi.getTimerCount()).toBe(0)
})

test('PlatformAlarm: a delay that no platform timer takes is cut to the longest, instead of ringing at once', () => {
  const ring = vi.fn()
  const alarm = new PlatformAlarm(ring)
  for (const delayMs of [platformDelayMaxMs + 1, 1e15, Infinity]) {
    alarm.set(delayMs)
    vi.advanceTimersByTime(platformDelayMaxMs - 1)
    expect(ring).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ring).toHaveBeenCalledOnce()
    ring.mockClear()
  }
})

/** The platform timers that are made meanwhile. */
function timersMadeIn(run: () => void): NodeJS.Timeout[] {
  vi.useRealTimers()
  const made: NodeJS.Timeout[] = []
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (type === 'Timeout') made.push(resource as NodeJS.Timeout)
    },
  }).enable()
  run()
  hook.disable()
  return made
}

test('PlatformAlarm: does not keep the process alive, also when it is set again', () => {
  const alarm = new PlatformAlarm(() => {})
  const made = timersMadeIn(() => {
    alarm.set(60_000)
    alarm.set(50_000)
  })
  expect(made.map((timer) => timer.hasRef())).toEqual([false, false])
  for (const timer of made) clearTimeout(timer)
})

test('PlatformAlarm: keeps the process alive from when it is told to until it is told not to, also when it is set again', () => {
  const alarm = new PlatformAlarm(() => {})
  const [first, ...others] = timersMadeIn(() => alarm.set(60_000))
  expect(others).toEqual([])
  alarm.keepAlive(true)
  expect(first?.hasRef()).toBe(true)
  const [second] = timersMadeIn(() => alarm.set(50_000))
  expect(second?.hasRef()).toBe(true)
  alarm.keepAlive(false)
  expect(second?.hasRef()).toBe(false)
  const [third] = timersMadeIn(() => alarm.set(40_000))
  expect(third?.hasRef()).toBe(false)
  clearTimeout(third)
})

test('PlatformAlarm: told to keep the process alive before it is first set, it does', () => {
  const alarm = new PlatformAlarm(() => {})
  alarm.keepAlive(true)
  const [made] = timersMadeIn(() => alarm.set(60_000))
  expect(made?.hasRef()).toBe(true)
  clearTimeout(made)
})

test('PlatformAlarm: a ring may set the alarm again', () => {
  const rangAt: number[] = []
  const start = performance.now()
  const alarm = new PlatformAlarm(() => {
    rangAt.push(performance.now() - start)
    if (rangAt.length < 3) alarm.set(10)
  })
  alarm.set(10)
  vi.advanceTimersByTime(1_000)
  expect(rangAt).toEqual([10, 20, 30])
})

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('schedule' as const), value: fc.integer({ min: -1, max: 12 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel' as const), value: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('advance' as const), value: fc.nat(9) }) },
)

test('PlatformAlarm: a queue of timers on it runs each at its millisecond, with one platform timer at most', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const startMs = performance.now()
      const nowMs = (): number => performance.now() - startMs
      const queue = new TimerQueue(nowMs, (ring) => new PlatformAlarm(ring))
      const timers: Timer[] = []
      const ran: (readonly [id: number, atMs: number])[] = []
      let waiting: { readonly id: number; readonly atMs: number }[] = []
      const expected: (readonly [id: number, atMs: number])[] = []
      for (const { type, value } of steps) {
        if (type === 'schedule') {
          const id = timers.length
          timers.push(queue.schedule(value, () => ran.push([id, nowMs()])))
          waiting.push({ id, atMs: nowMs() + Math.max(0, value) })
        } else if (type === 'cancel') {
          timers[value]?.cancel()
          waiting = waiting.filter(({ id }) => id !== value)
        } else {
          vi.advanceTimersByTime(value)
          const due = waiting.filter(({ atMs }) => atMs <= nowMs())
          const inTurn = due.toSorted((one, other) => one.atMs - other.atMs)
          expected.push(...inTurn.map(({ id, atMs }) => [id, atMs] as const))
          waiting = waiting.filter(({ atMs }) => atMs > nowMs())
        }
        expect(vi.getTimerCount()).toBeLessThanOrEqual(1)
      }
      expect(ran).toEqual(expected)
      vi.runAllTimers()
      expect([queue.size, vi.getTimerCount()]).toEqual([0, 0])
      expect(ran).toHaveLength(expected.length + waiting.length)
    }),
    { numRuns: 200 },
  )
})
