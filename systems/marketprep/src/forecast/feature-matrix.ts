import { features, writeFeatures } from './features.ts'
import type { BoostingData } from './gradient-boosting.ts'
import type { LinearEvaluator } from './linear-demand.ts'
import type { DatedSale } from './sale-order.ts'
import { SalesHistory } from './sales-history.ts'

/** Rows to train from, and the day of each. */
export interface TrainingData extends BoostingData {
  readonly days: Int32Array
}

/**
 * The matrix of all sales, in the order given, which is that of their days. Each row is written from a history that was
 * told nothing of its day or, with a lead time, of the days right before it.
 *
 * @param leadDays a row sees the sales of days at least this many days before its own
 */
export function buildTrainingData(
  sales: readonly DatedSale[],
  linear: LinearEvaluator,
  leadDays: number,
): TrainingData {
  const columnCount = features.length
  const values = new Float64Array(sales.length * columnCount)
  const target = new Float64Array(sales.length)
  const offset = new Float64Array(sales.length)
  const days = new Int32Array(sales.length)
  const history = new SalesHistory(linear)
  let observed = 0
  for (const [row, { sale, day }] of sales.entries()) {
    observed = observeUntil(history, sales, { from: observed, lastDay: day - leadDays })
    offset[row] = writeFeatures({ question: sale, day, history }, { values, offset: row * columnCount })
    target[row] = sale.quantity
    days[row] = day
  }
  return { matrix: { values, rowCount: sales.length, columnCount }, target, offset, days }
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
