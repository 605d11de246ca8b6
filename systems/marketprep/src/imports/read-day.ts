/**
 * A date as the two ways of reading it say. They differ only for numbers around slashes, dashes: `6/7/2026` is the 7th
 * of June month first and the 6th of July day first. One of them may be impossible.
 */
export interface DayReadings {
  readonly monthFirst: string | undefined
  readonly dayFirst: string | undefined
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * Reads `2026-06-13`, `2026/06/13`, `6/13/2026`, `6/13/26`, `13/6/2026`, `13.6.2026` (dots are day first everywhere),
 * `Jun 13, 2026` and `13 June 2026`. Undefined when it is none of these. Years of two digits are of this century.
 */
export function readDay(text: string): DayReadings | undefined {
  const trimmed = text.trim()
  const iso = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?$/.exec(trimmed)
  if (iso !== null) return certain(toDay(iso[1], iso[2], iso[3]))
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$/.exec(trimmed)
  if (dotted !== null) return certain(toDay(dotted[3], dotted[2], dotted[1]))
  const named = /^([a-z]{3,9})\.? (\d{1,2}),? (\d{4})$/i.exec(trimmed)
  if (named !== null) return certain(toDay(named[3], monthNumber(named[1]), named[2]))
  const british = /^(\d{1,2}) ([a-z]{3,9})\.?,? (\d{4})$/i.exec(trimmed)
  if (british !== null) return certain(toDay(british[3], monthNumber(british[2]), british[1]))
  const numeric = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})$/.exec(trimmed)
  if (numeric === null) return undefined
  const [, first, second, year] = numeric
  const monthFirst = toDay(year, first, second)
  const dayFirst = toDay(year, second, first)
  return monthFirst === undefined && dayFirst === undefined ? undefined : { monthFirst, dayFirst }
}

function certain(day: string | undefined): DayReadings | undefined {
  return day === undefined ? undefined : { monthFirst: day, dayFirst: day }
}

function monthNumber(name: string | undefined): string {
  return String(months.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1)
}

/** The day as 'YYYY-MM-DD'; undefined when there is no such day. */
function toDay(year = '', month = '', day = ''): string | undefined {
  const fullYear = year.length === 2 ? `20${year}` : year
  const text = `${fullYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const at = new Date(`${text}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? undefined : text
}
