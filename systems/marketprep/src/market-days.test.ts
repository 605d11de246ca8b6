import { expect, test } from 'vitest'
import type { Venue } from './contract/catalogue.ts'
import { comingMarketDays, dayIn, timeIn, todayAt, weekdayName, weekdayOf } from './market-days.ts'

const at = Date.parse('2026-06-13T03:30:00Z')

test('dayIn and timeIn: the day and the time are those of the place', () => {
  expect(dayIn('America/New_York', at)).toBe('2026-06-12')
  expect(dayIn('Asia/Tokyo', at)).toBe('2026-06-13')
  expect(timeIn('America/New_York', new Date(at))).toBe('23:30')
  expect(timeIn('UTC', new Date('2026-06-13T00:05:00Z'))).toBe('00:05')
  expect(() => dayIn('Mars/Olympus', at)).toThrow(RangeError)
})

test.each([
  ['UTC', '2026-06-12T23:59:59Z', '2026-06-13T00:00:00Z'],
  ['America/New_York', '2026-06-13T03:59:59Z', '2026-06-13T04:00:00Z'],
  ['America/New_York', '2026-12-13T04:59:59Z', '2026-12-13T05:00:00Z'],
  ['Pacific/Auckland', '2026-06-12T11:59:59Z', '2026-06-12T12:00:00Z'],
  ['Mars/Olympus', '2026-06-12T23:59:59Z', '2026-06-13T00:00:00Z'],
])('todayAt: at a venue in %s the day changes at its own midnight', (timeZone, before, after) => {
  const days = [before, after].map((instant) => todayAt({ timeZone }, Date.parse(instant)).slice(-2))
  expect(days).toEqual(['12', '13'])
})

test('weekdays: of the day, wherever the machine stands', () => {
  expect([weekdayOf('2026-06-13'), weekdayName('2026-06-13')]).toEqual([6, 'Saturday'])
  expect([weekdayOf('2024-02-29'), weekdayName('2024-02-29')]).toEqual([4, 'Thursday'])
})

test('comingMarketDays: today counts, in the order of date and name', () => {
  const venue = (id: string, marketWeekdays: number[]): Venue => ({
    id,
    name: id,
    latitude: 41,
    longitude: -74,
    timeZone: 'America/New_York',
    marketWeekdays,
    isActive: true,
  })
  const days = comingMarketDays([venue('B', [5]), venue('A', [5, 6]), venue('Never', [])], 8, at)
  expect(days.map(({ date, venueName }) => `${date} ${venueName}`)).toEqual([
    '2026-06-12 A',
    '2026-06-12 B',
    '2026-06-13 A',
    '2026-06-19 A',
    '2026-06-19 B',
  ])
})
