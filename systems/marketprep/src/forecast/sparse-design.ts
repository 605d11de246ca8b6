import { isFullScope, scopesOf, terms, termValues, type ScopeKind, type TermCentres } from './linear-terms.ts'
import type { DatedSale } from './sale-order.ts'

/** The linear part's rows and columns, kept by column without the zeros. */
export interface SparseDesign {
  readonly columns: readonly DesignColumn[]
  readonly target: Float64Array
}

export interface DesignColumn {
  readonly kind: ScopeKind
  readonly scope: string
  /** Which of the terms. */
  readonly term: number
  readonly rows: Int32Array
  readonly values: Float64Array
}

interface Building {
  readonly kind: ScopeKind
  readonly scope: string
  readonly term: number
  readonly rows: number[]
  readonly values: number[]
}

/** Makes one column for each scope and term that the sales show. */
export function buildDesign(
  sales: readonly DatedSale[],
  centres: TermCentres,
  prices: ReadonlyMap<string, number>,
): SparseDesign {
  const byScope = new Map<string, Building[]>()
  const target = new Float64Array(sales.length)
  for (const [row, { sale, day }] of sales.entries()) {
    target[row] = sale.quantity
    const values = termValues(sale, day, { centres, usualPriceCents: prices.get(sale.productId) })
    for (const { kind, key } of scopesOf(sale, day)) {
      let columns = byScope.get(key)
      if (columns === undefined) byScope.set(key, (columns = columnsOf(kind, key)))
      for (const column of columns) {
        const value = values[column.term] as number
        if (value === 0) continue
        column.rows.push(row)
        column.values.push(value)
      }
    }
  }
  const columns = [...byScope.values()].flat().map((column) => ({
    ...column,
    rows: Int32Array.from(column.rows),
    values: Float64Array.from(column.values),
  }))
  return { columns, target }
}

function columnsOf(kind: ScopeKind, scope: string): Building[] {
  const count = isFullScope(kind) ? terms.length : 1
  return Array.from({ length: count }, (_, term) => ({ kind, scope, term, rows: [], values: [] }))
}
