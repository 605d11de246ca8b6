import { features, writeFeatures } from './features.ts'
import type { BoostingData } from './gradient-boosting.ts'
import { LinearEvaluator } from './linear-demand.ts'
import { fitLinearDemand } from './linear-training.ts'
import type { DatedSale } from './sale-order.ts'
import { SalesHistory } from './sales-history.ts'

/** The sales from one row up to, not including, another. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/**
 * The rows that trees learn from, in the order of their days. Each block of rows is written with a linear part that was
 * fitted to the sales before the block, and a history that saw the past through that linear part. This is how the model
 * will meet a new day. With a linear part fitted to the rows themselves the residuals of the past would give away those
 * to come, because a fit makes them add up to nothing.
 *
 * @param blocks adjoining and in order
 * @param leadDays a row sees the sales of days at least this many days before its own
 */
export function buildTrainingData(
  sales: readonly DatedSale[],
  blocks: readonly RowRange[],
  leadDays: number,
): BoostingData {
  const first = blocks[0]?.from ?? 0
  const rowCount = (blocks.at(-1)?.to ?? first) - first
  const columnCount = features.length
  const data: BoostingData = {
    matrix: { values: new Float64Array(rowCount * columnCount), rowCount, columnCount },
    target: new Float64Array(rowCount),
    offset: new Float64Array(rowCount),
  }
  for (const block of blocks) {
    const history = new SalesHistory(new LinearEvaluator(fitLinearDemand(sales.slice(0, block.from))))
    let observed = 0
    for (let index = block.from; index < block.to; index++) {
      const { sale, day } = sales[index] as DatedSale
      observed = observeUntil(history, sales, { from: observed, lastDay: day - leadDays })
      const row = index - first
      const target = { values: data.matrix.values, offset: row * columnCount }
      data.offset[row] = writeFeatures({ question: sale, day, history }, target)
      data.target[row] = sale.quantity
    }
  }
  return data
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
