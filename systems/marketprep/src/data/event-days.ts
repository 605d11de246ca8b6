import { bulkUpsert } from '@seaworthy/postgres'
import { sql } from 'kysely'
import { currentVendor } from './current-vendor.ts'
import type { MarketprepTransaction } from './schema.ts'

/** The largest event near a venue on one day. */
export interface EventDay {
  /** 'YYYY-MM-DD' */
  readonly day: string
  readonly attendance: number
}

/** Stores days with events, replacing those that are there. */
export async function storeEventDays(
  tx: MarketprepTransaction,
  venueId: string,
  days: readonly EventDay[],
): Promise<void> {
  if (days.length === 0) return
  const vendorId = await currentVendor(tx)
  const rows = days.map(({ day, attendance }) => ({
    vendor_id: vendorId,
    venue_id: venueId,
    day,
    attendance,
  }))
  await bulkUpsert(tx, rows, {
    table: 'marketprep.event_days',
    columns: eventColumns,
    conflict: ['vendor_id', 'venue_id', 'day'],
  })
}

const eventColumns = {
  vendor_id: 'uuid',
  venue_id: 'uuid',
  day: 'date',
  attendance: 'integer',
} as const

/** The first and last day on which the vendor sold at the venue; undefined when there is none. */
export async function soldDays(
  tx: MarketprepTransaction,
  venueId: string,
): Promise<{ readonly first: string; readonly last: string } | undefined> {
  const { rows } = await sql<{ first: string | null; last: string | null }>`
    select to_char(min(sold_on), 'YYYY-MM-DD') as first, to_char(max(sold_on), 'YYYY-MM-DD') as last
    from marketprep.sales where venue_id = ${venueId}::uuid`.execute(tx)
  const { first = null, last = null } = rows[0] ?? {}
  return first === null || last === null ? undefined : { first, last }
}
