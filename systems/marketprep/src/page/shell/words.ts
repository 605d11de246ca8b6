/** Days are `YYYY-MM-DD`; noon UTC stands for the whole day so that no zone can move it. */
const atNoon = (day: string): number => Date.parse(`${day}T12:00:00Z`)
const dayFormat = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options })
  return (day: string): string => format.format(atNoon(day)).replace(',', '')
}

/** "Saturday 13 June" */
export const longDay = dayFormat({ weekday: 'long', day: 'numeric', month: 'long' })
/** "Sat 13 Jun" */
export const shortDay = dayFormat({ weekday: 'short', day: 'numeric', month: 'short' })
/** "13 Jun 2026" */
export const dateOnly = dayFormat({ day: 'numeric', month: 'short', year: 'numeric' })

/** "Saturday" */
export const weekdayName = dayFormat({ weekday: 'long' })

/** 0 is Sunday. */
export const weekdayOf = (day: string): number => new Date(atNoon(day)).getUTCDay()

/** The day that it is somewhere; where the reader is when no zone is given. */
export const dayAt = (wallTimeMs: number, timeZone?: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    wallTimeMs,
  )

/** The day some days later; earlier with a number below 0. */
export const dayAfter = (day: string, days: number): string =>
  new Date(atNoon(day) + days * 86_400_000).toISOString().slice(0, 10)

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
const wholeDollars = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 0,
})
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** "$4.50" */
export const money = (cents: number): string => dollars.format(cents / 100)
/** "$1,234" */
export const roundMoney = (cents: number): string => wholeDollars.format(cents / 100)
/** "5,214" */
export const count = (value: number): string => grouped.format(value)
/** "1 row", "5,214 rows" */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** "24.3" */
export const units = (value: number): string => value.toFixed(1)
/** "+2.0", "−4.2" with a true minus sign. */
export const signed = (value: number): string => `${value < 0 ? '\u2212' : '+'}${Math.abs(value).toFixed(1)}`

/** "12.4 %", or a dash while there is nothing to say. */
export const percent = (value: number | null): string => (value === null ? '\u2013' : `${value.toFixed(1)} %`)

/** "4.50", as it stands in a field. */
export const amountOf = (cents: number): string => (cents / 100).toFixed(2)

/** Reads dollars as people type them; undefined when it is not an amount. */
export function centsOf(typed: string): number | undefined {
  const match = /^\$?\s*(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(typed.trim())
  if (match === null) return undefined
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}
