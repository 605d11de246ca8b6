import { daysWithoutWeather, getVenue, storeWeatherDays, type WeatherDay } from '../data/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import type { Store } from '../store.ts'

/** Days that one run fills in at most: ten years of a weekly market. */
const daysMax = 520
/** The archive is asked for whole years: a few large answers instead of many small ones. */
const rangeDaysMax = 366
const dayMs = 86_400_000

/**
 * Fills in the measured weather of past market days of a venue, and of the two years before today, from which climate
 * normals are made.
 */
export async function fillWeatherHistory(
  { store, dependencies }: { readonly store: Store; readonly dependencies: MarketprepDependencies },
  venue: { readonly vendorId: string; readonly venueId: string },
  today: string,
): Promise<void> {
  const { vendorId, venueId } = venue
  const { place, missing } = await store.vendor(
    vendorId,
    async (tx) => ({
      place: await getVenue(tx, venueId),
      missing: await daysWithoutWeather(tx, venueId, daysMax),
    }),
    { readOnly: true },
  )
  for (const [from, to] of rangesOf(missing, today)) {
    const { value: days } = await dependencies.measuredWeather({ place, from, to })
    await store.vendor(vendorId, (tx) => storeWeatherDays(tx, place, days.filter(isWhole)))
  }
}

function isWhole(day: WeatherDay): boolean {
  return Number.isFinite(day.temperatureMaxC) && Number.isFinite(day.precipitationMm)
}

/** Ranges of at most a year that hold all the days, oldest first; the last two years when there are none. */
function rangesOf(days: readonly string[], today: string): readonly (readonly [from: string, to: string])[] {
  const end = Date.parse(`${today}T00:00:00Z`) - dayMs
  const first =
    days.length === 0 ? end - 2 * rangeDaysMax * dayMs : Date.parse(`${days.toSorted()[0]}T00:00:00Z`)
  const ranges: [string, string][] = []
  for (let from = first; from <= end; from += rangeDaysMax * dayMs) {
    ranges.push([isoDay(from), isoDay(Math.min(end, from + (rangeDaysMax - 1) * dayMs))])
  }
  return ranges
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
