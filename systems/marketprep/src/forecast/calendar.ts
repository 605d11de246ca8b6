import { forecastError } from './forecast-errors.ts'

/** Calendar days as numbers. No time zone is involved: a date is the venue's own. */

const dayMs = 86_400_000
const pattern = /^\d{4}-\d{2}-\d{2}$/

/**
 * Days since 1970-01-01.
 *
 * @throws SeaworthyError ERR_FORECAST_INPUT when the text is not a date 'YYYY-MM-DD' of the calendar
 */
export function dayNumber(date: string): number {
  const ms = pattern.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  if (!Number.isFinite(ms) || dateOf(ms / dayMs) !== date) {
    throw forecastError(
      'ERR_FORECAST_INPUT',
      `Cannot read date: must be a day of the calendar as YYYY-MM-DD, received ${JSON.stringify(date)}`,
      { details: { date } },
    )
  }
  return ms / dayMs
}

/** The date of a day number. */
export function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

/** 0 is Sunday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7
}

/** 0 is January. */
export function monthOf(day: number): number {
  return new Date(day * dayMs).getUTCMonth()
}

/** Where in the year the day is, as an angle from 0 to 2 pi. */
export function yearAngle(day: number): number {
  const date = new Date(day * dayMs)
  const year = date.getUTCFullYear()
  const start = Date.UTC(year, 0, 1) / dayMs
  const end = Date.UTC(year + 1, 0, 1) / dayMs
  return (2 * Math.PI * (day - start)) / (end - start)
}
