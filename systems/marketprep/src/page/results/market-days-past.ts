import type { Venue } from '../../contract/catalogue.ts'
import type { MarketDay } from '../../contract/recommendation.ts'
import { dayAfter, dayAt, weekdayOf } from '../shell/words.ts'

/**
 * The market days of the last days, today included, newest first, each in its venue's own zone; none of a venue whose
 * zone this browser does not know.
 */
export function pastMarketDays(venues: readonly Venue[], nowMs: number, days: number): readonly MarketDay[] {
  return venues
    .filter(({ isActive }) => isActive)
    .flatMap((venue) => {
      const today = todayAt(nowMs, venue.timeZone)
      if (today === undefined) return []
      return Array.from({ length: days + 1 }, (_, ago) => dayAfter(today, -ago))
        .filter((day) => venue.marketWeekdays.includes(weekdayOf(day)))
        .map((date) => ({ date, venueId: venue.id, venueName: venue.name }))
    })
    .toSorted((a, b) => b.date.localeCompare(a.date) || a.venueName.localeCompare(b.venueName))
}

function todayAt(nowMs: number, timeZone: string): string | undefined {
  try {
    return dayAt(nowMs, timeZone)
  } catch {
    return undefined
  }
}
