import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isZone, localDate, localMinuteMs, zoneOffsetSeconds } from './zone-offset.ts'

const newYork = 'America/New_York'

test('zoneOffsetSeconds: knows summer time and halves of hours', () => {
  expect(zoneOffsetSeconds(newYork, Date.UTC(2026, 0, 15))).toBe(-5 * 3_600)
  expect(zoneOffsetSeconds(newYork, Date.UTC(2026, 6, 15))).toBe(-4 * 3_600)
  expect(zoneOffsetSeconds('Asia/Kolkata', Date.UTC(2026, 6, 15))).toBe(5.5 * 3_600)
  expect(zoneOffsetSeconds('GMT', 0)).toBe(0)
})

test.each([0, 1, 499, 500, 501, 999])('zoneOffsetSeconds: is the same %i ms after a second', (ms) => {
  const midnight = Date.parse('2026-08-07T04:00:00Z')
  expect(zoneOffsetSeconds(newYork, midnight + ms)).toBe(-4 * 3_600)
  expect(localDate(newYork, midnight + ms)).toBe('2026-08-07')
  expect(localDate(newYork, midnight - 1_000 + ms)).toBe('2026-08-06')
})

test('localDate: the day changes at local midnight', () => {
  expect(localDate(newYork, Date.parse('2026-03-14T03:59:59Z'))).toBe('2026-03-13')
  expect(localDate(newYork, Date.parse('2026-03-14T04:00:00Z'))).toBe('2026-03-14')
})

test('localMinuteMs: a minute of a local day is in that day, also when the clocks change', () => {
  const dates = fc.constantFrom('2026-03-08', '2026-11-01', '2026-01-01', '2026-07-04')
  fc.assert(
    fc.property(dates, fc.integer({ min: 300, max: 1_200 }), (date, minute) => {
      const ms = localMinuteMs(newYork, date, minute)
      expect(localDate(newYork, ms)).toBe(date)
      expect(((ms + zoneOffsetSeconds(newYork, ms) * 1_000) / 60_000) % 1_440).toBe(minute)
    }),
  )
})

test('isZone: takes names of the time zone database only', () => {
  expect(isZone('Europe/Berlin')).toBe(true)
  expect(isZone('Mars/Base')).toBe(false)
  expect(isZone('')).toBe(false)
})
