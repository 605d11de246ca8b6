import type { WeatherDay } from '../data/index.ts'

/** How far from the day of the year past days still count. */
export const normalsWindowDays = 7

/**
 * The usual weather of a day: the mean highest temperature, and the precipitation and code of the middle one of the
 * days. Where it rains on one day of three, a day without rain is usual, while the mean would be a little rain each day.
 *
 * @param near days of former years near the same day of the year
 * @returns undefined when there are none
 */
export function climateNormals(near: readonly WeatherDay[], date: string): WeatherDay | undefined {
  if (near.length === 0) return undefined
  const temperatures = near.map((day) => day.temperatureMaxC)
  return {
    day: date,
    temperatureMaxC: tenths(temperatures.reduce((sum, each) => sum + each, 0) / near.length),
    precipitationMm: tenths(median(near.map((day) => day.precipitationMm))),
    code: median(near.map((day) => day.code)),
  }
}

/** The upper one of two in the middle. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}
