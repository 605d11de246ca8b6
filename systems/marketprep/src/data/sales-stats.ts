import { sql } from 'kysely'
import type { SalesStats } from '../contract/sales.ts'
import type { MarketprepTransaction } from './schema.ts'

/** One group of the day's sales: `0` by product, `1` by day. */
interface StatsRow {
  readonly productId: string | null
  readonly name: string | null
  readonly day: string | null
  readonly units: number
  readonly revenueCents: number
  readonly marketDays: number
}

/**
 * What the vendor sold on the `days` days up to and including `to`. Products are listed by revenue, days in order.
 *
 * @param range the last day, 'YYYY-MM-DD', and how many days, from 1
 */
export async function salesStats(
  tx: MarketprepTransaction,
  range: { readonly to: string; readonly days: number },
): Promise<SalesStats> {
  const from = addDays(range.to, 1 - range.days)
  const rows = await readGroups(tx, from, range.to)
  const total = rows.find((row) => row.day === null && row.productId === null)
  return {
    days: range.days,
    from,
    to: range.to,
    unitsSold: total?.units ?? 0,
    revenueCents: total?.revenueCents ?? 0,
    marketDays: total?.marketDays ?? 0,
    byProduct: rows
      .flatMap(({ productId, name, units, revenueCents }) =>
        productId === null ? [] : [{ productId, name: name ?? '', units, revenueCents }],
      )
      .sort((a, b) => b.revenueCents - a.revenueCents || a.name.localeCompare(b.name)),
    byDay: rows
      .flatMap(({ day, units, revenueCents }) => (day === null ? [] : [{ day, units, revenueCents }]))
      .sort((a, b) => a.day.localeCompare(b.day)),
  }
}

/** One pass over the range: by product, by day, and in total. A market day is a venue on a day with sales. */
async function readGroups(tx: MarketprepTransaction, from: string, to: string): Promise<readonly StatsRow[]> {
  const { rows } = await sql<StatsRow>`
    with cells as materialized (
      select product_id, venue_id, sold_on, sum(quantity)::float8 as units, sum(revenue_cents)::float8 as revenue
      from marketprep.sales where sold_on between ${from}::date and ${to}::date
      group by product_id, venue_id, sold_on
    ), groups as (
      select product_id, sold_on, sum(units) as units, sum(revenue) as revenue
      from cells group by grouping sets ((product_id), (sold_on), ())
    )
    select g.product_id as "productId", p.name, to_char(g.sold_on, 'YYYY-MM-DD') as day,
      coalesce(g.units, 0) as units, coalesce(g.revenue, 0) as "revenueCents",
      (select count(*)::integer from (select distinct venue_id, sold_on from cells) d) as "marketDays"
    from groups g left join marketprep.products p on p.id = g.product_id`.execute(tx)
  return rows
}

/** A day, moved. */
export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}
