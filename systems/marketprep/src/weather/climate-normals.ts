import type { WeatherDay } from '../data/index.ts'

/** How far from the day of the year past days still count. */
export const normalsWindowDays = 7
const dayMs = 86_400_000

/**
 * The usual weather of a day of the year: the mean over stored days of all years within a week of it.
 *
 * @returns undefined when no stored day is near enough
 */
export function climateNormals(days: readonly WeatherDay[], date: string): WeatherDay | undefined {
  const near = days.filter((day) => distanceInYear(day.day, date) <= normalsWindowDays)
  if (near.length === 0) return undefined
  const mean = (pick: (day: WeatherDay) => number): number =>
    near.reduce((sum, day) => sum + pick(day), 0) / near.length
  return {
    day: date,
    temperatureMaxC: round(mean((day) => day.temperatureMaxC)),
    precipitationMm: round(mean((day) => day.precipitationMm)),
    code: medianCode(near),
  }
}

/** Days between two dates when the years are laid over each other. */
function distanceInYear(a: string, b: string): number {
  const [dayA, dayB] = [dayOfYear(a), dayOfYear(b)]
  const distance = Math.abs(dayA - dayB)
  return Math.min(distance, 365 - distance)
}

function dayOfYear(date: string): number {
  return (Date.parse(`${date}T00:00:00Z`) - Date.parse(`${date.slice(0, 4)}-01-01T00:00:00Z`)) / dayMs
}

function medianCode(days: readonly WeatherDay[]): number {
  const codes = days.map((day) => day.code).sort((a, b) => a - b)
  return codes[Math.floor(codes.length / 2)] ?? 0
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
