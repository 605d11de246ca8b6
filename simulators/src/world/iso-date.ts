/** Calendar dates without a time, written YYYY-MM-DD, and counted as whole days since 1970-01-01. */

/** A calendar date, such as `2026-03-14`. */
export type IsoDate = string

const dayMs = 86_400_000
const pattern = /^\d{4}-\d{2}-\d{2}$/

/** The date when the text is one that exists, else undefined. */
export function parseIsoDate(text: string | null | undefined): IsoDate | undefined {
  if (text === null || text === undefined || !pattern.test(text)) return undefined
  const ms = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(ms) || isoDate(ms / dayMs) !== text ? undefined : text
}

/** Days since 1970-01-01. */
export function dayNumber(date: IsoDate): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs
}

/** The date of a day number. */
export function isoDate(day: number): IsoDate {
  return new Date(Math.floor(day) * dayMs).toISOString().slice(0, 10)
}

/** The date `days` later, earlier when negative. */
export function addDays(date: IsoDate, days: number): IsoDate {
  return isoDate(dayNumber(date) + days)
}

/** 0 for Sunday up to 6 for Saturday. 1970-01-01 was a Thursday. */
export function weekdayOf(date: IsoDate): number {
  return (((dayNumber(date) + 4) % 7) + 7) % 7
}

/** 1 for the first of January. */
export function dayOfYear(date: IsoDate): number {
  return dayNumber(date) - dayNumber(`${date.slice(0, 4)}-01-01`) + 1
}

/** 1 to 12. */
export function monthOf(date: IsoDate): number {
  return Number(date.slice(5, 7))
}

/** Each date from `from` up to and including `to`. */
export function* datesBetween(from: IsoDate, to: IsoDate): Generator<IsoDate> {
  const last = dayNumber(to)
  for (let day = dayNumber(from); day <= last; day++) yield isoDate(day)
}
