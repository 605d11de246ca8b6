import { quantile, type CountDistribution } from './count-distribution.ts'
import { forecastError } from './forecast-errors.ts'
import type { ProductEconomics } from './types.ts'

/** However cheap waste is, nobody is told to bring more than what suffices on 99 of 100 days. */
export const criticalFractileMax = 0.99

/**
 * The share of days on which the stock should suffice: what a missed sale loses, by that and what a unit left over
 * loses. 0 when a sale earns nothing, at most {@link criticalFractileMax}.
 * Source: Arrow, Harris and Marschak, "Optimal Inventory Policy", Econometrica 19 (1951).
 *
 * @throws SeaworthyError ERR_FORECAST_INPUT when an amount is negative or not finite
 */
export function criticalFractile(economics: ProductEconomics): number {
  const { priceCents, unitCostCents, wasteCostCents } = economics
  for (const [name, cents] of Object.entries({ priceCents, unitCostCents, wasteCostCents })) {
    if (Number.isFinite(cents) && cents >= 0) continue
    throw forecastError(
      'ERR_FORECAST_INPUT',
      `Cannot choose a quantity: ${name} must be a number from 0, received ${cents}`,
      { details: { name, cents } },
    )
  }
  const margin = priceCents - unitCostCents
  if (margin <= 0) return 0
  return Math.min(criticalFractileMax, margin / (margin + wasteCostCents))
}

/** How much to bring: the smallest quantity that suffices with the critical chance; 0 when a sale earns nothing. */
export function stockQuantity(distribution: CountDistribution, economics: ProductEconomics): number {
  const fractile = criticalFractile(economics)
  return fractile === 0 ? 0 : quantile(distribution, fractile)
}
