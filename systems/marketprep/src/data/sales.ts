import { bulkUpsert, type BulkCounts } from '@seaworthy/postgres'
import { sql } from 'kysely'
import { currentVendor } from './current-vendor.ts'
import type { MarketprepTransaction } from './schema.ts'

/** One line of a sale. */
export interface SaleLine {
  /** What tells the line apart within its source; the same line always has the same. */
  readonly sourceLine: string
  readonly productId: string
  readonly venueId: string | null
  /** 'YYYY-MM-DD' at the venue. */
  readonly soldOn: string
  /** Below 0 for a refund. */
  readonly quantity: number
  readonly revenueCents: number
}

export const saleSources = ['square', 'csv'] as const
export type SaleSource = (typeof saleSources)[number]

/**
 * Stores lines. A line that is there already is brought to the new values, so repeating changes nothing and counts
 * nothing.
 */
export async function upsertSales(
  tx: MarketprepTransaction,
  source: SaleSource,
  lines: readonly SaleLine[],
): Promise<BulkCounts> {
  if (lines.length === 0) return { inserted: 0, updated: 0 }
  const vendorId = await currentVendor(tx)
  const rows = lines.map((line) => ({
    vendor_id: vendorId,
    source,
    source_line: line.sourceLine,
    product_id: line.productId,
    venue_id: line.venueId,
    sold_on: line.soldOn,
    quantity: line.quantity,
    revenue_cents: line.revenueCents,
  }))
  return bulkUpsert(tx, rows, {
    table: 'marketprep.sales',
    columns: saleColumns,
    conflict: ['vendor_id', 'source', 'source_line'],
  })
}

/** How many orders of Square are stored: the part of a line's name before the slash is its order. */
export async function storedOrders(tx: MarketprepTransaction): Promise<number> {
  const { rows } = await sql<{ orders: number }>`
    select count(distinct split_part(source_line, '/', 1))::integer as orders
    from marketprep.sales where source = 'square'`.execute(tx)
  return rows[0]?.orders ?? 0
}

const saleColumns = {
  vendor_id: 'uuid',
  source: 'text',
  source_line: 'text',
  product_id: 'uuid',
  venue_id: 'uuid',
  sold_on: 'date',
  quantity: 'numeric(12,3)',
  revenue_cents: 'bigint',
} as const
