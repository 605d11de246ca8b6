import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rampRefusalMs } from './reopening-ramp.ts'

const ramp = { lengthMs: 1_000, from: 0.2 }

test('rampRefusalMs: lets the first share in at once, and everybody in the end', () => {
  expect(rampRefusalMs(ramp, 0, 0.2)).toBeUndefined()
  expect(rampRefusalMs(ramp, 0, 0.21)).toBe(13)
  expect(rampRefusalMs(ramp, 500, 0.6)).toBeUndefined()
  expect(rampRefusalMs(ramp, 500, 0.61)).toBe(13)
  expect(rampRefusalMs(ramp, 999.5, 1 - 2 ** -53)).toBe(1)
  expect(rampRefusalMs(ramp, 1_000, 1 - 2 ** -53)).toBeUndefined()
})

test('rampRefusalMs: a ramp from the whole refuses nobody', () => {
  expect(rampRefusalMs({ lengthMs: 1_000, from: 1 }, 0, 0.999)).toBeUndefined()
})

test('rampRefusalMs: refuses until just when the same luck is good enough', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.nat(1_000), chance, (sinceMs, luck) => {
      const refusedMs = rampRefusalMs(ramp, sinceMs, luck)
      const share = 0.2 + 0.8 * (sinceMs / 1_000)
      if (refusedMs === undefined) {
        expect(luck).toBeLessThanOrEqual(share + 1e-9)
        return
      }
      expect(luck).toBeGreaterThan(share - 1e-9)
      expect(refusedMs).toBeGreaterThanOrEqual(1)
      expect(sinceMs + refusedMs).toBeLessThanOrEqual(1_000)
      expect(rampRefusalMs(ramp, sinceMs + refusedMs, luck)).toBeUndefined()
      expect(rampRefusalMs(ramp, sinceMs + refusedMs - 1, luck)).toBe(1)
    }),
    { numRuns: 500 },
  )
})
