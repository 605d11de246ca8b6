import { sql } from 'kysely'
import type { MarketprepTransaction } from './schema.ts'
import type { Place, WeatherDay } from './weather-days.ts'

/** The stored days of a place that lie, in any year, within `windowDays` of the day of the year of `date`. */
export async function weatherDaysNear(
  tx: MarketprepTransaction,
  place: Place,
  { date, windowDays }: { readonly date: string; readonly windowDays: number },
): Promise<readonly WeatherDay[]> {
  const { rows } = await sql<WeatherDay>`
    select to_char(day, 'YYYY-MM-DD') as day, temperature_max_c as "temperatureMaxC",
      precipitation_mm as "precipitationMm", code::integer as code
    from marketprep.weather_days
    where latitude = ${place.latitude}::float8::numeric(4, 1) and longitude = ${place.longitude}::float8::numeric(4, 1)
      and least(
        abs(extract(doy from day) - extract(doy from ${date}::date)),
        365 - abs(extract(doy from day) - extract(doy from ${date}::date))
      ) <= ${windowDays}
    order by day desc limit 1000`.execute(tx)
  return rows
}
