import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, storeWeatherDays, weatherDaysNear } from '../src/data/index.ts'
import { startTestDatabase, type TestDatabase } from './test-database.ts'

let db: TestDatabase
let vendor: string
const place = { latitude: 41.93, longitude: -74 }
beforeAll(async () => {
  db = await startTestDatabase()
  vendor = await db.addVendor('Normals')
  // From 1 December 2023 on, with 29 February 2024 in it.
  const days = Array.from({ length: 600 }, (_, index) => ({
    day: addDays('2023-12-01', index),
    temperatureMaxC: 10,
    precipitationMm: 0,
    code: 0,
  }))
  await db.as(vendor, (tx) => storeWeatherDays(tx, place, days))
})
afterAll(() => db[Symbol.asyncDispose]())

const near = async (date: string) => {
  const days = await db.as(vendor, (tx) => weatherDaysNear(tx, place, { date, windowDays: 7 }))
  return days.map(({ day }) => day).sort()
}

test('climate normals: days count on both sides of the turn of the year', async () => {
  const days = await near('2026-01-02')
  for (const day of ['2023-12-28', '2024-01-09', '2024-12-28', '2025-01-01']) expect(days).toContain(day)
  for (const day of ['2023-12-24', '2024-01-11', '2024-12-24', '2025-07-02']) expect(days).not.toContain(day)
})

test('climate normals: 29 February has them in every year, and counts for its neighbours', async () => {
  const days = await near('2028-02-29')
  for (const day of ['2024-02-29', '2025-02-28', '2025-03-01', '2025-02-23']) expect(days).toContain(day)
  expect(days.length).toBeGreaterThanOrEqual(29)
  expect(await near('2026-03-02')).toContain('2024-02-29')
})
