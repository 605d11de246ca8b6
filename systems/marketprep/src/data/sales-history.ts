import { sql } from 'kysely'
import type { SaleDay } from '../forecast/types.ts'
import { withQuietDays } from './quiet-days.ts'
import type { MarketprepTransaction } from './schema.ts'

/** What one product sold at one venue on one day, with the day's weather when it is stored. */
interface HistoryRow extends Omit<SaleDay, 'weather' | 'event'> {
  readonly temperatureMaxC: number | null
  readonly precipitationMm: number | null
  readonly code: number | null
  readonly attendance: number | null
}

/** At most this many rows are read, the newest; 200 products at 3 venues on every week of 6 years. */
const rowsMax = 200_000

/**
 * The sales from a day on as the forecast learns them: one row for each product, venue and day, oldest first, those of
 * nothing sold included. Refunds are taken off their day, not below 0; sales without a venue are left out.
 */
export async function salesHistory(
  tx: MarketprepTransaction,
  from: string,
  only: { readonly venueId?: string } = {},
): Promise<readonly SaleDay[]> {
  const { rows } = await sql<HistoryRow>`
    select s.product_id as "productId", p.category, s.venue_id as "venueId",
      to_char(s.sold_on, 'YYYY-MM-DD') as date, s.units as quantity,
      case when s.units > 0 and s.revenue > 0 then round(s.revenue / s.units) else p.price_cents end::integer
        as "priceCents",
      w.temperature_max_c as "temperatureMaxC", w.precipitation_mm as "precipitationMm", w.code,
      e.attendance
    from (
      select product_id, venue_id, sold_on, greatest(sum(quantity), 0)::float8 as units,
        sum(revenue_cents)::float8 as revenue
      from marketprep.sales
      where sold_on >= ${from}::date and venue_id is not null
        and (${only.venueId ?? null}::uuid is null or venue_id = ${only.venueId ?? null}::uuid)
      group by product_id, venue_id, sold_on
      order by sold_on desc limit ${rowsMax}
    ) s
    join marketprep.products p on p.id = s.product_id
    join marketprep.venues v on v.id = s.venue_id
    left join marketprep.weather_days w on w.day = s.sold_on
      and w.latitude = v.latitude::numeric(4, 1) and w.longitude = v.longitude::numeric(4, 1)
    left join marketprep.event_days e on e.venue_id = s.venue_id and e.day = s.sold_on
    order by s.sold_on, s.venue_id, s.product_id`.execute(tx)
  return withQuietDays(rows.map(toSaleDay))
}

function toSaleDay({ temperatureMaxC, precipitationMm, code, attendance, ...row }: HistoryRow): SaleDay {
  const isMeasured = temperatureMaxC !== null && precipitationMm !== null && code !== null
  return {
    ...row,
    weather: isMeasured ? { temperatureMaxC, precipitationMm, code } : undefined,
    event: attendance === null ? undefined : { attendance },
  }
}

/** A text that changes whenever the vendor's sales do. */
export async function salesStamp(tx: MarketprepTransaction): Promise<string> {
  const { rows } = await sql<{ stamp: string }>`
    select concat_ws('/', count(*), max(sold_on), sum(quantity), sum(revenue_cents)) as stamp
    from marketprep.sales`.execute(tx)
  return rows[0]?.stamp ?? ''
}
