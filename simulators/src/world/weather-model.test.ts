import { expect, test } from 'vitest'
import { isoDate } from './iso-date.ts'
import { WeatherModel } from './weather-model.ts'

const kingston = { latitude: 41.927, longitude: -73.997 }
const nearby = { latitude: 42.04, longitude: -74.118 }
const sydney = { latitude: -33.87, longitude: 151.21 }
const model = new WeatherModel('7')
const days = Array.from({ length: 1_460 }, (_, index) => isoDate(19_723 + index))

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)]
  const covariance = mean(a.map((value, i) => (value - ma) * ((b[i] ?? mb) - mb)))
  return covariance / Math.sqrt(mean(a.map((v) => (v - ma) ** 2)) * mean(b.map((v) => (v - mb) ** 2)))
}

test('weather: summer is warmer than winter, the other way round in the south', () => {
  const month = (place: typeof kingston, wanted: string): number =>
    mean(
      days
        .filter((date) => date.slice(5, 7) === wanted)
        .map((date) => model.day(place, date).temperatureMaxC),
    )
  expect(month(kingston, '07') - month(kingston, '01')).toBeGreaterThan(18)
  expect(month(sydney, '01') - month(sydney, '07')).toBeGreaterThan(8)
})

test('weather: a day is like the day before it, not like one two weeks before', () => {
  const july = days.filter((date) => ['06', '07', '08'].includes(date.slice(5, 7)))
  const warm = july.map((date) => model.day(kingston, date).temperatureMaxC)
  expect(correlation(warm.slice(0, -1), warm.slice(1))).toBeGreaterThan(0.4)
  expect(Math.abs(correlation(warm.slice(0, -14), warm.slice(14)))).toBeLessThan(0.3)
})

test('weather: places near each other share it', () => {
  const rain = (place: typeof kingston): readonly number[] =>
    days.map((date) => model.day(place, date).precipitationMm)
  expect(correlation(rain(kingston), rain(nearby))).toBeGreaterThan(0.7)
  expect(correlation(rain(kingston), rain(sydney))).toBeLessThan(0.2)
})

test('weather: it rains on a fifth to two fifths of the days, and the code says so', () => {
  const all = days.map((date) => model.day(kingston, date))
  const wet = all.filter((day) => day.precipitationMm > 0)
  expect(wet.length / all.length).toBeGreaterThan(0.2)
  expect(wet.length / all.length).toBeLessThan(0.4)
  expect(wet.every((day) => day.weatherCode >= 51)).toBe(true)
  expect(all.filter((day) => day.precipitationMm === 0).every((day) => day.weatherCode <= 3)).toBe(true)
  expect(all.every((day) => day.temperatureMinC < day.temperatureMaxC)).toBe(true)
})
