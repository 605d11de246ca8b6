import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateOf, dayNumber, monthOf, weekdayOf, yearAngle } from './calendar.ts'

test('dayNumber: dateOf takes it back', () => {
  fc.assert(fc.property(fc.integer({ min: -20_000, max: 40_000 }), (day) => dayNumber(dateOf(day)) === day))
})

test('dayNumber: refuses what is not a day of the calendar', () => {
  for (const date of ['2024-02-30', '2024-1-01', '2024-01-01T00:00:00Z', '', 'today']) {
    expect(() => dayNumber(date)).toThrow(expect.objectContaining({ code: 'ERR_FORECAST_INPUT' }))
  }
})

test('weekdayOf: Sunday is 0, before 1970 too', () => {
  expect(weekdayOf(dayNumber('2024-01-07'))).toBe(0)
  expect(weekdayOf(dayNumber('2024-01-06'))).toBe(6)
  expect(weekdayOf(dayNumber('1969-12-28'))).toBe(0)
})

test('yearAngle: a whole turn a year, leap years too', () => {
  expect(yearAngle(dayNumber('2024-01-01'))).toBe(0)
  expect(yearAngle(dayNumber('2024-07-02'))).toBeCloseTo(Math.PI, 5)
  expect(monthOf(dayNumber('2024-12-31'))).toBe(11)
})
