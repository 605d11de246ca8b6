import { yearAngle } from './calendar.ts'
import type { SeasonalNorm } from './linear-terms.ts'
import type { DatedSale } from './sale-order.ts'

/** The least squares fit of the daily temperature to one wave a year; flat without weather. */
export function fitSeasonalNorm(sales: readonly DatedSale[]): SeasonalNorm {
  // Normal equations of 3 unknowns, with a trace of ridge so that a few days of one season do not swing.
  const m: number[][] = [
    [1e-6, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ]
  for (const { sale, day } of sales) {
    if (sale.weather === undefined) continue
    const angle = yearAngle(day)
    const x = [1, Math.sin(angle), Math.cos(angle), sale.weather.temperatureMaxC]
    for (const [i, row] of m.entries()) {
      for (let j = 0; j < 4; j++) row[j] = (row[j] as number) + (x[i] as number) * (x[j] as number)
    }
  }
  return solve3(m)
}

/** Gauss-Jordan on a positive definite system, which needs no pivoting. */
function solve3(m: number[][]): SeasonalNorm {
  for (const [i, pivot] of m.entries()) {
    const scale = pivot[i] as number
    for (let j = 0; j < 4; j++) pivot[j] = (pivot[j] as number) / scale
    for (const [k, row] of m.entries()) {
      const factor = row[i] as number
      if (k === i) continue
      for (let j = 0; j < 4; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number)
    }
  }
  return [m[0]?.[3] ?? 0, m[1]?.[3] ?? 0, m[2]?.[3] ?? 0]
}
