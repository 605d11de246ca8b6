import type { IsoDate } from './iso-date.ts'

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Seconds that local time in a zone is ahead of UTC at a moment. */
export function zoneOffsetSeconds(zone: string, wallMs: number): number {
  const parts = Object.fromEntries(
    formatter(zone)
      .formatToParts(wallMs)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>
  const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second)
  // The parts are of the second that has begun.
  return local / 1000 - Math.floor(wallMs / 1000)
}

/** The calendar date in a zone at a moment. */
export function localDate(zone: string, wallMs: number): IsoDate {
  return new Date(wallMs + zoneOffsetSeconds(zone, wallMs) * 1000).toISOString().slice(0, 10)
}

/** The moment, in milliseconds, of a minute of a local day. Markets are by day, so the offset of noon holds for all of it. */
export function localMinuteMs(zone: string, date: IsoDate, minuteOfDay: number): number {
  const noon = Date.parse(`${date}T12:00:00Z`)
  return Date.parse(`${date}T00:00:00Z`) + minuteOfDay * 60_000 - zoneOffsetSeconds(zone, noon) * 1000
}

/** Whether the zone is one of the time zone database. */
export function isZone(zone: string): boolean {
  try {
    formatter(zone)
    return true
  } catch {
    return false
  }
}

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  // Names come from requests; the database has some 600, so more than that are spellings of the same ones.
  if (formatters.size >= 600) formatters.clear()
  formatters.set(zone, made)
  return made
}
