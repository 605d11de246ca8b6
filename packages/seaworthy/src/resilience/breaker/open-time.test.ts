import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTimeMaxMs, openTimeMs } from './open-time.ts'

const never = {
  next: () => {
    throw new Error('no chance is asked for')
  },
}

test('openTimeMs: stays the same without a factor, and asks for no chance without jitter', () => {
  const openTime = { baseMs: 700, factor: 1, maxMs: 1_000, jitter: 0 }
  expect([1, 2, 50].map((streak) => openTimeMs(openTime, streak, never))).toEqual([700, 700, 700])
})

test('openTimeMs: grows with each opening in a row up to the maximum', () => {
  const openTime = { baseMs: 100, factor: 2, maxMs: 1_000, jitter: 0 }
  expect([1, 2, 3, 4, 5, 6].map((streak) => openTimeMs(openTime, streak, never))).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ])
  expect(openTimeMs(openTime, 1e6, never)).toBe(1_000)
})

test('openTimeMs: jitter only makes it longer, also at the maximum', () => {
  const openTime = { baseMs: 100, factor: 2, maxMs: 400, jitter: 0.5 }
  expect([0, 0.5].map((chance) => openTimeMs(openTime, 9, { next: () => chance }))).toEqual([400, 500])
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), chance, (streak, luck) => {
      const ms = openTimeMs(openTime, streak, { next: () => luck })
      const least = openTimeMs({ ...openTime, jitter: 0 }, streak, never)
      expect(ms).toBeGreaterThanOrEqual(least)
      expect(ms).toBeLessThanOrEqual(least * 1.5)
    }),
  )
})

test('openTimeMaxMs: no time is longer, and one may be as long', () => {
  fc.assert(
    fc.property(
      fc.record({
        baseMs: fc.integer({ min: 1, max: 1_000 }),
        factor: fc.double({ min: 1, max: 10, noNaN: true }),
        maxMs: fc.integer({ min: 1_000, max: 9_000 }),
        jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.integer({ min: 1, max: 50 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (openTime, streak, luck) => {
        expect(openTimeMs(openTime, streak, { next: () => luck })).toBeLessThanOrEqual(
          openTimeMaxMs(openTime),
        )
      },
    ),
  )
  expect(openTimeMaxMs({ baseMs: 100, factor: 1, maxMs: 1_000, jitter: 0.5 })).toBe(150)
  expect(openTimeMaxMs({ baseMs: 100, factor: 2, maxMs: 1_000, jitter: 0 })).toBe(1_000)
})
