import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom, type Random } from 'seaworthy/core'
import {
  decorrelatedDelayMs,
  delayMaxMs,
  exponentialDelayMs,
  jitteredMs,
  linearDelayMs,
  readDelayMs,
} from './delays.ts'

const limits = { baseMs: 100, maxMs: 1_000 }
const always = (value: number): Random => ({ next: () => value })
const manyCases = { numRuns: 2_000 }
const limitsGiven = fc
  .tuple(
    fc.double({ min: 0, max: 3_600_000, noNaN: true }),
    fc.double({ min: 0, max: 86_400_000, noNaN: true }),
  )
  .map(([baseMs, maxMs]) => ({ baseMs, maxMs }))
const attempt = fc.integer({ min: 1, max: 99 })

test('linearDelayMs: grows by the base with each attempt, up to the limit', () => {
  expect([1, 2, 3, 10, 11].map((number) => linearDelayMs(number, limits))).toEqual([
    100, 200, 300, 1_000, 1_000,
  ])
})

test('exponentialDelayMs: is multiplied by the factor with each attempt, up to the limit', () => {
  expect([1, 2, 3, 4, 5, 99].map((number) => exponentialDelayMs(number, limits, 2))).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ])
  expect([1, 2, 3].map((number) => exponentialDelayMs(number, limits, 1))).toEqual([100, 100, 100])
  expect(exponentialDelayMs(3, limits, 1.5)).toBe(225)
  expect(exponentialDelayMs(99, { baseMs: 0, maxMs: 1_000 }, 10)).toBe(0)
})

test('linearDelayMs, exponentialDelayMs: for all limits from the base up, never falling, at most the limit', () => {
  fc.assert(
    fc.property(
      limitsGiven,
      attempt,
      fc.double({ min: 1, max: 10, noNaN: true }),
      (given, number, factor) => {
        for (const delayOf of [
          (of: number) => linearDelayMs(of, given),
          (of: number) => exponentialDelayMs(of, given, factor),
        ]) {
          expect(delayOf(number)).toBeGreaterThanOrEqual(Math.min(given.baseMs, given.maxMs))
          expect(delayOf(number)).toBeLessThanOrEqual(given.maxMs)
          expect(delayOf(number + 1)).toBeGreaterThanOrEqual(delayOf(number))
        }
      },
    ),
    manyCases,
  )
})

test.each([
  ['none', 0, 80],
  ['none', 0.5, 80],
  ['full', 0, 0],
  ['full', 0.5, 40],
  ['equal', 0, 40],
  ['equal', 0.5, 60],
] as const)('jitteredMs: %s at chance %d makes %d of 80 ms', (jitter, chance, ms) => {
  expect(jitteredMs(80, jitter, always(chance))).toBe(ms)
})

test('jitteredMs: never above the delay; equal never below its half', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: delayMaxMs }), fc.string(), (delayMs, seed) => {
      const random = seededRandom(seed)
      const full = jitteredMs(delayMs, 'full', random)
      const equal = jitteredMs(delayMs, 'equal', random)
      expect(full >= 0 && full <= delayMs).toBe(true)
      expect(equal >= delayMs / 2 && equal <= delayMs).toBe(true)
    }),
    manyCases,
  )
})

test.each([
  [0, 100],
  [0.5, 200],
  [1, 300],
])('decorrelatedDelayMs: at chance %d is %d ms after 100 ms', (chance, ms) => {
  expect(decorrelatedDelayMs(100, limits, always(chance))).toBe(ms)
})

test('decorrelatedDelayMs: stays between base and limit and at most trebles', () => {
  const number = fc.integer({ min: 0, max: 100_000 })
  fc.assert(
    fc.property(
      fc.record({ baseMs: number, maxMs: number, previousMs: number }),
      fc.string(),
      (given, seed) => {
        const { baseMs, maxMs, previousMs } = given
        const delayMs = decorrelatedDelayMs(previousMs, { baseMs, maxMs }, seededRandom(seed))
        expect(delayMs).toBeLessThanOrEqual(maxMs)
        expect(delayMs).toBeGreaterThanOrEqual(Math.min(baseMs, maxMs))
        expect(delayMs).toBeLessThanOrEqual(Math.max(baseMs, previousMs * 3))
      },
    ),
    manyCases,
  )
})

test('decorrelatedDelayMs: spreads callers that failed together', () => {
  const random = seededRandom('crowd')
  const delays = new Set(
    Array.from({ length: 100 }, () => decorrelatedDelayMs(100, { baseMs: 100, maxMs: 10_000 }, random)),
  )
  expect(delays.size).toBeGreaterThan(90)
})

test.each([
  [250, 250],
  ['2s', 2_000],
  [0, 0],
  [-5, 0],
  [-Infinity, 0],
  [delayMaxMs, delayMaxMs],
  [delayMaxMs + 1, delayMaxMs],
  ['35d', delayMaxMs],
  [Infinity, delayMaxMs],
] as const)('readDelayMs: reads %s as %d ms', (delay, ms) => {
  expect(readDelayMs(delay)).toBe(ms)
})

test.each([Number.NaN, undefined, null, 'soon', {}])('readDelayMs: refuses %s', (delay) => {
  expect(() => readDelayMs(delay as number)).toThrow('Cannot read the delay of a retry: must be')
})
