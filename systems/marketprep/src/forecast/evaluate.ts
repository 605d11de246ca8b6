import { criticalFractile } from './newsvendor.ts'
import type { ProductEconomics } from './types.ts'

/** Measures of forecasts against what was sold. */

/** One forecast and what came of it. */
export interface Evaluated {
  readonly expected: number
  readonly sold: number
}

/** Weighted absolute percentage error: the sum of all absolute errors by the sum of all sales, in percent. */
export function wape(rows: readonly Evaluated[]): number {
  let [error, sold] = [0, 0]
  for (const row of rows) {
    error += Math.abs(row.expected - row.sold)
    sold += row.sold
  }
  return sold === 0 ? 0 : (100 * error) / sold
}

/** The share of rows whose interval, ends included, holds what was sold, in percent. */
export function coverage(
  rows: readonly { readonly interval80: readonly [low: number, high: number]; readonly sold: number }[],
): number {
  if (rows.length === 0) return 0
  const held = rows.filter(({ interval80: [low, high], sold }) => sold >= low && sold <= high)
  return (100 * held.length) / rows.length
}

/** One stocking decision. */
export interface Stocked {
  readonly quantity: number
  readonly demand: number
  readonly economics: ProductEconomics
}

/** What all decisions cost beside perfect ones: margin of sales missed and loss on units left over, in cents. */
export function stockingCostCents(rows: readonly Stocked[]): number {
  let cost = 0
  for (const { quantity, demand, economics } of rows) {
    const margin = criticalFractile(economics) === 0 ? 0 : economics.priceCents - economics.unitCostCents
    cost +=
      Math.max(0, demand - quantity) * margin + Math.max(0, quantity - demand) * economics.wasteCostCents
  }
  return cost
}
