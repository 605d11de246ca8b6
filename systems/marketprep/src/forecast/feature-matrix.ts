import { yearAngle } from './calendar.ts'
import type { PriorStrengths } from './cold-start.ts'
import { features, writeFeatures, type SeasonalNorm } from './features.ts'
import type { BoostingData } from './gradient-boosting.ts'
import type { DatedSale } from './sale-order.ts'
import { SalesHistory } from './sales-history.ts'

/** How the past is read. */
export interface HistorySetting {
  readonly strengths: PriorStrengths
  readonly norm: SeasonalNorm
  /** A row sees the sales of days at least this many days before its own. */
  readonly leadDays: number
}

/** Rows to train from, and the day of each. */
export interface TrainingData extends BoostingData {
  readonly days: Int32Array
}

/**
 * The matrix of all sales that have a past, in the order given, which is that of their days. Each row is written from a
 * history that was told nothing of its day or, with a lead time, of the days right before it.
 */
export function buildTrainingData(sales: readonly DatedSale[], setting: HistorySetting): TrainingData {
  const columnCount = features.length
  const values = new Float64Array(sales.length * columnCount)
  const target = new Float64Array(sales.length)
  const offset = new Float64Array(sales.length)
  const days = new Int32Array(sales.length)
  const history = new SalesHistory(setting.strengths)
  let observed = 0
  let row = 0
  for (const { sale, day } of sales) {
    observed = observeUntil(history, sales, { from: observed, lastDay: day - setting.leadDays })
    if (history.size === 0) continue
    offset[row] = writeFeatures(
      sale,
      day,
      { history, norm: setting.norm },
      { values, offset: row * columnCount },
    )
    target[row] = sale.quantity
    days[row] = day
    row++
  }
  return {
    matrix: { values: values.subarray(0, row * columnCount), rowCount: row, columnCount },
    target: target.subarray(0, row),
    offset: offset.subarray(0, row),
    days: days.subarray(0, row),
  }
}

function observeUntil(
  history: SalesHistory,
  sales: readonly DatedSale[],
  range: { readonly from: number; readonly lastDay: number },
): number {
  let next = range.from
  for (let entry = sales[next]; entry !== undefined && entry.day <= range.lastDay; entry = sales[++next]) {
    history.observe(entry.sale, entry.day)
  }
  return next
}

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
