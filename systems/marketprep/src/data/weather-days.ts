import { bulkUpsert } from '@seaworthy/postgres'
import { sql } from 'kysely'
import { currentVendor } from './current-vendor.ts'
import type { MarketprepTransaction } from './schema.ts'

/** The measured weather of one day at one place. Places are told apart to a tenth of a degree, some 10 km. */
export interface WeatherDay {
  readonly day: string
  readonly temperatureMaxC: number
  readonly precipitationMm: number
  /** WMO weather code, 0 to 99. */
  readonly code: number
}

export interface Place {
  readonly latitude: number
  readonly longitude: number
}

/** Stores days, replacing those that are there. They are the vendor's own: which places matter is nobody else's business. */
export async function storeWeatherDays(
  tx: MarketprepTransaction,
  place: Place,
  days: readonly WeatherDay[],
): Promise<void> {
  if (days.length === 0) return
  const vendorId = await currentVendor(tx)
  const rows = days.map((day) => ({
    vendor_id: vendorId,
    latitude: place.latitude.toFixed(1),
    longitude: place.longitude.toFixed(1),
    day: day.day,
    temperature_max_c: day.temperatureMaxC,
    precipitation_mm: day.precipitationMm,
    code: day.code,
  }))
  await bulkUpsert(tx, rows, {
    table: 'marketprep.weather_days',
    columns: weatherColumns,
    conflict: ['vendor_id', 'latitude', 'longitude', 'day'],
  })
}

const weatherColumns = {
  vendor_id: 'uuid',
  latitude: 'numeric(4,1)',
  longitude: 'numeric(4,1)',
  day: 'date',
  temperature_max_c: 'real',
  precipitation_mm: 'real',
  code: 'smallint',
} as const

/** The days on which the vendor sold at the venue and whose weather is not stored, oldest first, up to `limit`. */
export async function daysWithoutWeather(
  tx: MarketprepTransaction,
  venueId: string,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ day: string }>`
    select to_char(s.sold_on, 'YYYY-MM-DD') as day
    from (select distinct sold_on from marketprep.sales where venue_id = ${venueId}::uuid) s
    join marketprep.venues v on v.id = ${venueId}::uuid
    where not exists (
      select from marketprep.weather_days w where w.day = s.sold_on
        and w.latitude = v.latitude::numeric(4, 1) and w.longitude = v.longitude::numeric(4, 1)
    )
    order by s.sold_on limit ${limit}`.execute(tx)
  return rows.map((row) => row.day)
}
