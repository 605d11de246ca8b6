import { expect, test } from 'vitest'
import { centsOf, counted, dayAfter, dayAt, longDay, shortDay, signed, weekdayOf } from './words.ts'

test('longDay: says the day as people do', () => {
  expect(longDay('2026-06-13')).toBe('Saturday 13 June')
  expect(shortDay('2026-06-13')).toBe('Sat 13 Jun')
  expect(weekdayOf('2026-06-13')).toBe(6)
})

test('dayAt: the day is that of the place, not of the reader', () => {
  const lateEvening = Date.parse('2026-06-13T03:30:00Z')
  expect(dayAt(lateEvening, 'America/Chicago')).toBe('2026-06-12')
  expect(dayAt(lateEvening, 'UTC')).toBe('2026-06-13')
})

test('dayAfter: crosses months and the change of the clocks', () => {
  expect(dayAfter('2026-02-28', 1)).toBe('2026-03-01')
  expect(dayAfter('2026-03-09', -2)).toBe('2026-03-07')
})

test.each([
  ['4.50', 450],
  ['$4.5', 450],
  ['4,50', 450],
  ['12', 1200],
  ['0.05', 5],
])('centsOf: %s is %d cents', (typed, cents) => {
  expect(centsOf(typed)).toBe(cents)
})

test.each(['', 'four', '-1', '4.505', '1 000', '4.'])('centsOf: %j is not an amount', (typed) => {
  expect(centsOf(typed)).toBeUndefined()
})

test('signed and counted: say the sign and the plural', () => {
  expect(signed(-4.2)).toBe('\u22124.2')
  expect(signed(2)).toBe('+2.0')
  expect(counted(1, 'row')).toBe('1 row')
  expect(counted(5214, 'row')).toBe('5,214 rows')
})
