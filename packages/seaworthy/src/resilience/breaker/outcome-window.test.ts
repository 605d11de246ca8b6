import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConsecutiveWindow } from './consecutive-window.ts'
import { CountWindow } from './count-window.ts'
import type { CountedOutcome } from './outcome-window.ts'
import { TimeWindow } from './time-window.ts'

const limits = { failureRate: 0.5, slowRate: 0.8, minimumCalls: 4 }
const outcome = fc.constantFrom<CountedOutcome>('ok', 'failed', 'slow')

function countsOf(outcomes: readonly CountedOutcome[]) {
  const count = (kind: CountedOutcome): number => outcomes.filter((each) => each === kind).length
  return { calls: outcomes.length, failed: count('failed'), slow: count('slow') }
}

test('ConsecutiveWindow: failures and slow calls in a row trip, one success starts over', () => {
  const window = new ConsecutiveWindow(3)
  window.record('failed')
  window.record('slow')
  window.record('ok')
  window.record('failed')
  window.record('failed')
  expect(window.isTripped()).toBe(false)
  window.record('slow')
  expect(window.isTripped()).toBe(true)
  expect(window.counts()).toEqual({ calls: 3, failed: 2, slow: 1 })
})

test('CountWindow: counts exactly the last calls, whatever came before', () => {
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (outcomes, size) => {
      const window = new CountWindow(size, limits)
      for (const each of outcomes) window.record(each)
      expect(window.counts()).toEqual(countsOf(outcomes.slice(-size)))
    }),
  )
})

test('CountWindow: trips at the failure rate, but not below the minimum of calls', () => {
  const window = new CountWindow(10, limits)
  for (let i = 0; i < 3; i++) window.record('failed')
  expect(window.isTripped()).toBe(false)
  window.record('ok')
  expect(window.isTripped()).toBe(true)
  window.clear()
  expect(window.counts()).toEqual({ calls: 0, failed: 0, slow: 0 })
})

test('CountWindow: slow calls trip at their own rate', () => {
  const window = new CountWindow(10, limits)
  for (const each of ['slow', 'slow', 'slow', 'ok'] as const) window.record(each)
  expect(window.isTripped()).toBe(false)
  window.record('slow')
  expect(window.isTripped()).toBe(true)
})

test('TimeWindow: counts exactly the calls of the buckets that the window covers', () => {
  const step = fc.record({ afterMs: fc.integer({ min: 0, max: 700 }), outcome })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 2_000 }), (steps, idleMs) => {
      const window = new TimeWindow({ lengthMs: 1_000, buckets: 10 }, limits)
      const calls: { readonly at: number; readonly outcome: CountedOutcome }[] = []
      let now = 0
      for (const { afterMs, outcome: result } of steps) {
        now += afterMs
        window.record(result, now)
        calls.push({ at: now, outcome: result })
      }
      now += idleMs
      const first = Math.floor(now / 100) - 9
      const covered = calls.filter(({ at }) => Math.floor(at / 100) >= first)
      expect(window.counts(now)).toEqual(countsOf(covered.map((call) => call.outcome)))
    }),
  )
})

test('TimeWindow: after an idle hour nothing old counts, and one failure does not trip', () => {
  const window = new TimeWindow({ lengthMs: 60_000, buckets: 10 }, limits)
  for (let i = 0; i < 20; i++) window.record('failed', 0)
  expect(window.isTripped(0)).toBe(true)
  window.record('failed', 3_600_000)
  expect(window.counts(3_600_000)).toEqual({ calls: 1, failed: 1, slow: 0 })
  expect(window.isTripped(3_600_000)).toBe(false)
})
