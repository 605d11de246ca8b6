import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConsecutiveWindow } from './consecutive-window.ts'
import { CountWindow } from './count-window.ts'
import type { CountedOutcome, OutcomeWindow } from './outcome-window.ts'
import { TimeWindow } from './time-window.ts'

const limits = { failureRate: 0.5, slowRate: 0.8, minimumCalls: 4 }
const outcome = fc.constantFrom<CountedOutcome>('ok', 'ok', 'failed', 'slow')

const at = (nowMs: number) => ({ now: () => nowMs })

function record(window: OutcomeWindow, result: CountedOutcome, nowMs = 0): boolean {
  return result === 'ok' ? window.recordOk(at(nowMs)) : window.recordBad(result, at(nowMs))
}

/** The answer to the last of several outcomes. */
function recordAll(window: OutcomeWindow, ...results: readonly CountedOutcome[]): boolean {
  let isTripped = false
  for (const result of results) isTripped = record(window, result)
  return isTripped
}

function countsOf(outcomes: readonly CountedOutcome[]) {
  const count = (kind: CountedOutcome): number => outcomes.filter((each) => each === kind).length
  return { calls: outcomes.length, failed: count('failed'), slow: count('slow') }
}

function isOverLimit({ calls, failed, slow }: ReturnType<typeof countsOf>): boolean {
  return (
    calls >= limits.minimumCalls && (failed / calls >= limits.failureRate || slow / calls >= limits.slowRate)
  )
}

function countWindow(size = 10) {
  return new CountWindow({ kind: 'count', size, ...limits })
}

function timeWindow(lengthMs = 1_000, buckets = 10) {
  return new TimeWindow({ kind: 'time', lengthMs, buckets, ...limits })
}

test('ConsecutiveWindow: failures and slow calls in a row trip, one success starts over', () => {
  const window = new ConsecutiveWindow({ kind: 'consecutive', failures: 3 })
  expect(recordAll(window, 'failed', 'slow', 'ok', 'failed', 'failed')).toBe(false)
  expect(window.counts()).toEqual({ calls: 2, failed: 2, slow: 0 })
  expect(record(window, 'slow')).toBe(true)
  expect(window.counts()).toEqual({ calls: 3, failed: 2, slow: 1 })
  window.clear()
  expect(window.counts()).toEqual({ calls: 0, failed: 0, slow: 0 })
})

test('CountWindow: is a list of the last calls, whatever came before', () => {
  fc.assert(
    fc.property(
      fc.array(outcome, { maxLength: 80, size: 'max' }),
      fc.integer({ min: 1, max: 12 }),
      (outcomes, size) => {
        const window = countWindow(size)
        outcomes.forEach((result, index) => {
          const isTripped = record(window, result)
          const expected = countsOf(outcomes.slice(0, index + 1).slice(-size))
          expect(window.counts()).toEqual(expected)
          expect(isTripped).toBe(isOverLimit(expected))
        })
      },
    ),
    { numRuns: 500 },
  )
})

test('CountWindow: what one saves another takes over, as much as fits', () => {
  const sizes = fc.integer({ min: 1, max: 12 })
  const outcomes = fc.array(outcome, { maxLength: 40, size: 'max' })
  fc.assert(
    fc.property(outcomes, outcomes, sizes, sizes, (before, after, size, nextSize) => {
      const window = countWindow(size)
      recordAll(window, ...before)
      const next = countWindow(nextSize)
      next.load(window.save())
      recordAll(next, ...after)
      const kept = before.slice(-size).slice(-nextSize)
      expect(next.counts()).toEqual(countsOf([...kept, ...after].slice(-nextSize)))
    }),
    { numRuns: 500 },
  )
})

test('CountWindow: trips at the failure rate, but not below the minimum of calls', () => {
  const window = countWindow()
  expect(recordAll(window, 'failed', 'failed', 'failed')).toBe(false)
  expect(record(window, 'ok')).toBe(true)
  window.clear()
  expect(window.counts()).toEqual({ calls: 0, failed: 0, slow: 0 })
  expect(recordAll(window, 'ok', 'ok', 'ok', 'failed', 'failed')).toBe(false)
  expect(record(window, 'failed')).toBe(true)
})

test('CountWindow: slow calls trip at their own rate', () => {
  const window = countWindow()
  expect(recordAll(window, 'slow', 'slow', 'slow', 'ok')).toBe(false)
  expect(record(window, 'slow')).toBe(true)
})

test('CountWindow: is saved as letters, oldest first', () => {
  const window = countWindow(4)
  expect(window.save()).toEqual({ kind: 'count', outcomes: '' })
  recordAll(window, 'ok', 'ok')
  expect(window.save()).toEqual({ kind: 'count', outcomes: 'oo' })
  recordAll(window, 'failed', 'slow', 'ok')
  expect(window.save()).toEqual({ kind: 'count', outcomes: 'ofso' })
})

const step = fc.record({ afterMs: fc.integer({ min: 0, max: 700 }), result: outcome })

interface Timed {
  readonly at: number
  readonly result: CountedOutcome
}

/** What a window over ten steps of 100 ms covers. */
function coveredAt(nowMs: number, calls: readonly Timed[]): ReturnType<typeof countsOf> {
  const first = Math.floor(nowMs / 100) - 9
  return countsOf(calls.filter((call) => Math.floor(call.at / 100) >= first).map((call) => call.result))
}

test('TimeWindow: is a list of the calls in the steps that it covers', () => {
  const startMs = fc.integer({ min: -5_000, max: 5_000 })
  fc.assert(
    fc.property(
      startMs,
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.nat(2_000),
      (start, steps, idleMs) => {
        const window = timeWindow()
        const calls: Timed[] = []
        let now = start
        for (const { afterMs, result } of steps) {
          now += afterMs
          calls.push({ at: now, result })
          expect(record(window, result, now)).toBe(isOverLimit(coveredAt(now, calls)))
        }
        now += idleMs
        expect(window.counts(at(now))).toEqual(coveredAt(now, calls))
      },
    ),
    { numRuns: 500 },
  )
})

test('TimeWindow: what one saves another takes over, each call in its time', () => {
  const steps = fc.array(step, { maxLength: 30, size: 'max' })
  fc.assert(
    fc.property(steps, steps, fc.integer({ min: -100, max: 100 }), (before, after, shift) => {
      const window = timeWindow()
      const calls: Timed[] = []
      let now = 0
      for (const { afterMs, result } of before) {
        now += afterMs
        calls.push({ at: now, result })
        record(window, result, now)
      }
      const shiftMs = shift * 100
      const next = timeWindow()
      const saved = window.save()
      if (saved.kind !== 'time') throw new Error('a window of time saves itself as one')
      const buckets = saved.buckets.map((each) => ({ ...each, atMs: each.atMs + shiftMs }))
      next.load({ kind: 'time', buckets }, now + shiftMs)
      for (const { afterMs, result } of after) {
        now += afterMs
        calls.push({ at: now, result })
        record(next, result, now + shiftMs)
      }
      expect(next.counts(at(now + shiftMs))).toEqual(coveredAt(now, calls))
    }),
    { numRuns: 500 },
  )
})

test('TimeWindow: after an idle hour nothing old counts, and one failure does not trip', () => {
  const window = timeWindow(60_000)
  for (let i = 0; i < 20; i++) record(window, 'failed', 0)
  expect(record(window, 'failed', 59_999)).toBe(true)
  expect(record(window, 'failed', 3_600_000)).toBe(false)
  expect(window.counts(at(3_600_000))).toEqual({ calls: 1, failed: 1, slow: 0 })
})

test('TimeWindow: a bucket leaves at its time, not before and not after', () => {
  const window = timeWindow()
  record(window, 'failed', 50)
  expect(window.counts(at(999))).toEqual({ calls: 1, failed: 1, slow: 0 })
  expect(window.counts(at(1_000))).toEqual({ calls: 0, failed: 0, slow: 0 })
})

test('TimeWindow: a time before the newest counts in the newest', () => {
  const window = timeWindow()
  record(window, 'ok', 500)
  record(window, 'slow', 100)
  expect(window.counts(at(1_499))).toEqual({ calls: 2, failed: 0, slow: 1 })
  expect(window.counts(at(1_500))).toEqual({ calls: 0, failed: 0, slow: 0 })
})

test('TimeWindow: is saved by steps, and nothing is entered for later than now', () => {
  const window = timeWindow()
  expect(window.save()).toEqual({ kind: 'time', buckets: [] })
  for (const result of ['ok', 'failed', 'slow', 'slow'] as const) record(window, result, 120)
  record(window, 'ok', 340)
  const buckets = [
    { atMs: 150, calls: 4, failed: 1, slow: 2 },
    { atMs: 350, calls: 1, failed: 0, slow: 0 },
  ]
  expect(window.save()).toEqual({ kind: 'time', buckets })
  const next = timeWindow()
  next.load({ kind: 'time', buckets }, 199)
  expect(next.save()).toEqual({ kind: 'time', buckets: [{ atMs: 150, calls: 5, failed: 1, slow: 2 }] })
  next.clear()
  expect(next.counts(at(199))).toEqual({ calls: 0, failed: 0, slow: 0 })
  expect(record(next, 'failed', 200)).toBe(false)
})

test('windows: take nothing over from one of another kind', () => {
  const windows = [new ConsecutiveWindow({ kind: 'consecutive', failures: 3 }), countWindow(), timeWindow()]
  for (const window of windows) {
    for (const other of windows) {
      if (other === window) continue
      other.clear()
      recordAll(other, 'failed')
      window.clear()
      window.load(other.save(), 0)
      expect(window.counts(at(0))).toEqual({ calls: 0, failed: 0, slow: 0 })
    }
  }
  const saved = new ConsecutiveWindow({ kind: 'consecutive', failures: 3 })
  recordAll(saved, 'failed', 'slow')
  const next = new ConsecutiveWindow({ kind: 'consecutive', failures: 3 })
  next.load(saved.save())
  expect(next.counts()).toEqual({ calls: 2, failed: 1, slow: 1 })
})

test('TimeWindow: bad calls that fall into one step add up', () => {
  const window = timeWindow()
  const bad = { calls: 3, failed: 1, slow: 2 }
  window.load(
    {
      kind: 'time',
      buckets: [
        { atMs: 110, ...bad },
        { atMs: 120, ...bad },
      ],
    },
    500,
  )
  expect(window.counts(at(1_099))).toEqual({ calls: 6, failed: 2, slow: 4 })
  expect(window.counts(at(1_100))).toEqual({ calls: 0, failed: 0, slow: 0 })
})
