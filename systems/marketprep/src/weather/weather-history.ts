import type { Venue } from '../contract/catalogue.ts'
import {
  addDays,
  daysWithoutWeather,
  getVenue,
  storeWeatherDays,
  weatherDaysNear,
  type MarketprepTransaction,
} from '../data/index.ts'
import type { HistoryFill, HistoryParts } from '../history-fill.ts'
import { todayAt } from '../market-days.ts'

/** Market days that one run fills in at most: ten years of a weekly market. */
const soldDaysMax = 520
/** Climate normals are made from the days of two years. */
const normalsDays = 2 * 365
/** The archive is asked for whole years: a few large answers instead of many small ones. */
const rangeDaysMax = 366

/**
 * Fills in the measured weather of past market days of a venue, and of the two years before today, from which climate
 * normals are made. Asks only for days that are not stored, so the newest, which the archive does not know yet, come
 * with a later run.
 */
export async function fillWeatherHistory(
  { store, dependencies }: HistoryParts,
  { vendorId, venueId, nowMs, signal }: HistoryFill,
): Promise<void> {
  const { place, missing } = await store.vendor(
    vendorId,
    async (tx) => {
      const venue = await getVenue(tx, venueId)
      return { place: venue, missing: await missingDays(tx, venue, addDays(todayAt(venue, nowMs), -1)) }
    },
    { readOnly: true, signal },
  )
  for (const [from, to] of rangesOf(missing)) {
    const { value: days } = await dependencies.measuredWeather.with({ signal })({ place, from, to })
    await store.vendor(vendorId, (tx) => storeWeatherDays(tx, place, days), { signal })
  }
}

/** The days up to `last` whose weather is wanted and not stored, oldest first. */
async function missingDays(
  tx: MarketprepTransaction,
  venue: Venue,
  last: string,
): Promise<readonly string[]> {
  const sold = await daysWithoutWeather(tx, venue.id, soldDaysMax)
  const anyDay = { date: last, windowDays: rangeDaysMax }
  const stored = new Set((await weatherDaysNear(tx, venue, anyDay)).map(({ day }) => day))
  const recent = Array.from({ length: normalsDays }, (_, index) => addDays(last, -index))
  const wanted = new Set([...sold, ...recent])
  return [...wanted].filter((day) => day <= last && !stored.has(day)).sort()
}

/** Ranges of at most a year that hold all the days. */
function rangesOf(days: readonly string[]): readonly (readonly [from: string, to: string])[] {
  const ranges: [from: string, to: string][] = []
  for (const day of days) {
    const newest = ranges.at(-1)
    if (newest !== undefined && day < addDays(newest[0], rangeDaysMax)) newest[1] = day
    else ranges.push([day, day])
  }
  return ranges
}
