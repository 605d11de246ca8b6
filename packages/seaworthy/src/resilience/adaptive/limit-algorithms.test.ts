import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aimd } from './aimd.ts'
import { gradient } from './gradient.ts'
import type { LimitAlgorithm, Reading } from './limit-algorithm.ts'
import { vegas } from './vegas.ts'

function reading(change: Partial<Reading>): Reading {
  return { limit: 100, rttMs: 10, baseMs: 10, inFlightMax: 100, isUsed: true, ...change }
}

/** Times at which a share of the calls waits on the other side, with 10 ms without load. */
function waiting(share: number): { readonly rttMs: number; readonly baseMs: number } {
  return { rttMs: 10 / (1 - share), baseMs: 10 }
}

test('aimd: one more after a window that used the limit, and times mean nothing', () => {
  expect(aimd.adjust(reading({ rttMs: 1_000 }))).toBe(101)
  expect(aimd.adjust(reading({ isUsed: false }))).toBe(100)
  expect(aimd.isOverloaded(reading({ rttMs: 1_000 }))).toBe(false)
  expect(aimd.needsBase).toBe(false)
})

test.each([
  // A fifth of the limit while (nearly) nothing waits, a twentieth while less than a tenth does.
  [0, 120],
  [0.033, 120],
  [0.034, 105],
  [0.099, 105],
  [0.101, 100],
  [0.199, 100],
  // Above a fifth, half of what is too much, at least one.
  [0.201, 99],
  [0.22, 99],
  [0.3, 95],
  [0.5, 85],
])('vegas: with a share of %d waiting, 100 becomes %d', (share, expected) => {
  expect(vegas.adjust(reading(waiting(share)))).toBeCloseTo(expected, 9)
})

test('vegas: exactly a tenth waiting is none too much to stay, exactly a fifth none too much to bear', () => {
  const half = { rttMs: 20, baseMs: 10 }
  const tenth = reading({ inFlightMax: 20, ...half })
  expect(vegas.isOverloaded(tenth)).toBe(false)
  expect(vegas.adjust(tenth)).toBe(100)
  expect(vegas.adjust(reading({ inFlightMax: 40, ...half }))).toBe(100)
  expect(vegas.needsBase).toBe(true)
})

test('vegas: at small limits one or two calls may wait', () => {
  const small = { limit: 4, inFlightMax: 4 }
  expect(vegas.adjust(reading({ ...small, ...waiting(0.08) }))).toBe(6)
  expect(vegas.adjust(reading({ ...small, ...waiting(0.2) }))).toBe(4.5)
  expect(vegas.adjust(reading({ ...small, ...waiting(0.3) }))).toBe(4)
  expect(vegas.adjust(reading({ ...small, ...waiting(0.6) }))).toBe(3)
})

test('vegas: of fewer calls under way, fewer wait', () => {
  expect(vegas.adjust(reading({ inFlightMax: 60, ...waiting(0.3) }))).toBe(100)
  expect(vegas.adjust(reading({ inFlightMax: 300, ...waiting(0.3) }))).toBeCloseTo(95, 9)
})

test('vegas: is overloaded when more than a tenth waits', () => {
  expect(vegas.isOverloaded(reading(waiting(0.099)))).toBe(false)
  expect(vegas.isOverloaded(reading(waiting(0.101)))).toBe(true)
  expect(vegas.isOverloaded(reading({ limit: 4, inFlightMax: 4, ...waiting(0.24) }))).toBe(false)
})

test.each([
  [10, 105],
  [12.5, 105],
  // 1.25 * 10 / 20 = 0.625, of which a fifth counts.
  [20, 92.5],
  [25, 90],
  [1_000, 90],
])('gradient: at %d ms instead of 10, 100 becomes %d', (rttMs, expected) => {
  expect(gradient.adjust(reading({ rttMs }))).toBeCloseTo(expected, 9)
})

test('gradient: grows by half of the root, and only if the limit was used', () => {
  expect(gradient.adjust(reading({ limit: 16 }))).toBe(18)
  expect(gradient.adjust(reading({ isUsed: false }))).toBe(100)
  expect(gradient.adjust(reading({ isUsed: false, rttMs: 25 }))).toBeCloseTo(90, 9)
})

test('gradient: compares with the time without load', () => {
  expect(gradient.needsBase).toBe(true)
})

test('gradient: is overloaded when calls take a quarter longer', () => {
  expect(gradient.isOverloaded(reading({ rttMs: 12.5 }))).toBe(false)
  expect(gradient.isOverloaded(reading({ rttMs: 12.6 }))).toBe(true)
})

test.each<readonly [string, LimitAlgorithm]>([
  ['aimd', aimd],
  ['vegas', vegas],
  ['gradient', gradient],
])(
  '%s: slower calls never mean a higher limit, and no window raises a limit it did not use',
  (_, algorithm) => {
    const times = fc.tuple(
      fc.double({ min: 1, max: 1_000, noNaN: true }),
      fc.double({ min: 0, max: 500, noNaN: true }),
    )
    const limits = fc.double({ min: 1, max: 1_000, noNaN: true })
    fc.assert(
      fc.property(limits, times, fc.boolean(), (limit, [rttMs, moreMs], isUsed) => {
        const fast = algorithm.adjust(reading({ limit, inFlightMax: Math.floor(limit), rttMs, isUsed }))
        const slow = algorithm.adjust(
          reading({ limit, inFlightMax: Math.floor(limit), rttMs: rttMs + moreMs, isUsed }),
        )
        expect(slow).toBeLessThanOrEqual(fast)
        if (!isUsed) expect(fast).toBeLessThanOrEqual(limit)
      }),
    )
  },
)

test('vegas, gradient: calls that take no time at all on the clock are not slow', () => {
  const instant = reading({ rttMs: 0, baseMs: 0 })
  expect([vegas.adjust(instant), vegas.isOverloaded(instant)]).toEqual([120, false])
  expect([gradient.adjust(instant), gradient.isOverloaded(instant)]).toEqual([105, false])
  expect(gradient.adjust(reading({ rttMs: 5, baseMs: 0 }))).toBe(90)
})
