import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cumulative, quantile } from './count-distribution.ts'
import { criticalFractile, criticalFractileMax, stockQuantity } from './newsvendor.ts'

const distribution = { mean: 12, dispersion: 0.1 }

test('criticalFractile: margin by margin and waste', () => {
  expect(criticalFractile({ priceCents: 800, unitCostCents: 200, wasteCostCents: 200 })).toBe(0.75)
})

test('criticalFractile: a sale that earns nothing is worth no stock', () => {
  expect(criticalFractile({ priceCents: 200, unitCostCents: 200, wasteCostCents: 0 })).toBe(0)
  expect(stockQuantity(distribution, { priceCents: 100, unitCostCents: 200, wasteCostCents: 50 })).toBe(0)
})

test('criticalFractile: waste that costs nothing does not ask for endless stock', () => {
  const free = { priceCents: 500, unitCostCents: 100, wasteCostCents: 0 }
  expect(criticalFractile(free)).toBe(criticalFractileMax)
  expect(stockQuantity(distribution, free)).toBe(quantile(distribution, criticalFractileMax))
})

test('criticalFractile: refuses amounts below zero or not finite', () => {
  for (const priceCents of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => criticalFractile({ priceCents, unitCostCents: 1, wasteCostCents: 1 })).toThrow(
      expect.objectContaining({ code: 'ERR_FORECAST_INPUT' }),
    )
  }
})

test('stockQuantity: no other quantity costs less in expectation', () => {
  const cents = fc.integer({ min: 1, max: 2_000 })
  fc.assert(
    fc.property(cents, cents, fc.double({ min: 0.5, max: 40, noNaN: true }), (margin, waste, mean) => {
      const given = { mean, dispersion: 0.05 }
      const economics = { priceCents: margin + 100, unitCostCents: 100, wasteCostCents: waste }
      fc.pre(criticalFractile(economics) < criticalFractileMax)
      const best = stockQuantity(given, economics)
      const cost = expectedCosts(given, { margin, waste })
      const least = Math.min(...cost)
      expect(cost[best]).toBeLessThanOrEqual(least + 1e-6 * Math.max(1, least))
    }),
    { numRuns: 50 },
  )
})

/** The expected cost of each quantity from 0 to 200, each count weighed by its chance. */
function expectedCosts(
  given: { readonly mean: number; readonly dispersion: number },
  { margin, waste }: { readonly margin: number; readonly waste: number },
): readonly number[] {
  const chances = Array.from({ length: 201 }, (_, count) => {
    const { below, upTo } = cumulative(given, count)
    return upTo - below
  })
  return chances.map((_, quantity) =>
    chances.reduce(
      (cost, chance, demand) =>
        cost + chance * (demand > quantity ? (demand - quantity) * margin : (quantity - demand) * waste),
      0,
    ),
  )
}
