import type { MarketDay } from './contract/recommendation.ts'
import type { Venue } from './contract/catalogue.ts'
import { isTimeZone } from './contract/time-zone.ts'
import { addDays } from './data/index.ts'
import { BoundedMemo } from './bounded-memo.ts'

/** Formats by time zone: to make one takes a hundred times as long as to use it. */
const dayFormats = new BoundedMemo<Intl.DateTimeFormat>(200)

/** The calendar day at a place, `YYYY-MM-DD`. */
export function dayIn(timeZone: string, wallTimeMs: number): string {
  const make = () => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  return dayFormats.getOrMake(timeZone, make).format(wallTimeMs)
}

/** The calendar day at a venue, `YYYY-MM-DD`; that of UTC where its time zone is none that we know. */
export function todayAt({ timeZone }: Pick<Venue, 'timeZone'>, wallTimeMs: number): string {
  return dayIn(isTimeZone(timeZone) ? timeZone : 'UTC', wallTimeMs)
}

/** The time of day at a place, `10:42`. */
export function timeIn(timeZone: string, instant: Date): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(instant)
}

/** The weekday of a calendar day, 0 for Sunday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T12:00:00Z`).getUTCDay()
}

/** `Saturday` */
export function weekdayName(day: string): string {
  return new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T12:00:00Z`),
  )
}

/** The market days of the venues from today on, today included, in order of date and name. */
export function comingMarketDays(
  venues: readonly Venue[],
  days: number,
  wallTimeMs: number,
): readonly MarketDay[] {
  const found = venues.flatMap((venue) => {
    const today = dayIn(venue.timeZone, wallTimeMs)
    const dates = Array.from({ length: days }, (_, index) => addDays(today, index))
    return dates
      .filter((date) => venue.marketWeekdays.includes(weekdayOf(date)))
      .map((date) => ({ date, venueId: venue.id, venueName: venue.name }))
  })
  return found.sort((a, b) => a.date.localeCompare(b.date) || a.venueName.localeCompare(b.venueName))
}
