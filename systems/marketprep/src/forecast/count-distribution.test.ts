import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cumulative, midRange, quantile } from './count-distribution.ts'

const distribution = fc.record({
  mean: fc.double({ min: 0.01, max: 2_000, noNaN: true }),
  dispersion: fc.double({ min: 0, max: 2, noNaN: true }),
})
const chance = fc.double({ min: 0, max: 0.999, noNaN: true })

test('quantile: the smallest count whose chance suffices', () => {
  fc.assert(
    fc.property(distribution, chance, (given, p) => {
      const count = quantile(given, p)
      expect(cumulative(given, count).upTo).toBeGreaterThanOrEqual(p)
      if (count > 0) expect(cumulative(given, count - 1).upTo).toBeLessThan(p)
    }),
  )
})

test('cumulative: known values of the Poisson and the negative binomial distribution', () => {
  expect(cumulative({ mean: 3, dispersion: 0 }, 2).upTo).toBeCloseTo(Math.exp(-3) * (1 + 3 + 4.5), 12)
  // Dispersion 1 is the geometric distribution: P(X <= k) = 1 - (m / (1 + m))^(k + 1).
  expect(cumulative({ mean: 4, dispersion: 1 }, 5).upTo).toBeCloseTo(1 - 0.8 ** 6, 12)
  expect(cumulative({ mean: 4, dispersion: 1 }, -1)).toEqual({ below: 0, upTo: 0 })
})

test('cumulative: means too large for a first term above zero still sum to one', () => {
  expect(cumulative({ mean: 3_000, dispersion: 0 }, 3_400).upTo).toBeCloseTo(1, 6)
  expect(quantile({ mean: 3_000, dispersion: 0 }, 0.5)).toBe(3_000)
})

test('quantile: the normal form above mean 5000 joins the exact one', () => {
  for (const p of [0.1, 0.5, 0.9]) {
    const exact = quantile({ mean: 5_000, dispersion: 0.01 }, p)
    const normal = quantile({ mean: 5_000.001, dispersion: 0.01 }, p)
    expect(Math.abs(exact - normal) / exact).toBeLessThan(0.005)
  }
})

test('midRange: holds about what is asked, small counts too, where whole probabilities would hold more', () => {
  const held: number[] = []
  for (let mean = 2; mean < 30; mean += 0.37) {
    const [low, high] = midRange({ mean, dispersion: 0 }, 0.1, 0.9)
    held.push(cumulative({ mean, dispersion: 0 }, high).upTo - cumulative({ mean, dispersion: 0 }, low).below)
  }
  const average = held.reduce((sum, value) => sum + value, 0) / held.length
  expect(average).toBeGreaterThan(0.78)
  expect(average).toBeLessThan(0.83)
})

test('midRange: never upside down', () => {
  fc.assert(
    fc.property(distribution, (given) => {
      const [low, high] = midRange(given, 0.1, 0.9)
      expect(low).toBeLessThanOrEqual(high)
      expect(low).toBeGreaterThanOrEqual(0)
    }),
  )
})
