import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDay } from './read-day.ts'

const sure = (day: string) => ({ monthFirst: day, dayFirst: day })

test.each([
  ['2026-06-13', sure('2026-06-13')],
  ['2026/6/3', sure('2026-06-03')],
  ['2026-06-13T10:00:00', sure('2026-06-13')],
  ['13.6.2026', sure('2026-06-13')],
  ['Jun 13, 2026', sure('2026-06-13')],
  ['13 June 2026', sure('2026-06-13')],
  ['6/7/2026', { monthFirst: '2026-06-07', dayFirst: '2026-07-06' }],
  ['06/13/26', { monthFirst: '2026-06-13', dayFirst: undefined }],
  ['13/06/2026', { monthFirst: undefined, dayFirst: '2026-06-13' }],
])('readDay: %s', (text, readings) => {
  expect(readDay(text)).toEqual(readings)
})

test.each([
  '',
  'yesterday',
  '2026-02-30',
  '31.2.2026',
  '13/13/2026',
  '2026-6',
  'Foo 3, 2026',
  '20260613',
  '0/1/2026',
])('readDay: %j is no date', (text) => {
  expect(readDay(text)).toBeUndefined()
})

test('readDay: every day is read in every form', () => {
  const days = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(days, (date) => {
      const day = date.toISOString().slice(0, 10)
      const [year, month, dayOfMonth] = day.split('-')
      expect(readDay(day)).toEqual(sure(day))
      expect(readDay(`${month}/${dayOfMonth}/${year}`)?.monthFirst).toBe(day)
      expect(readDay(`${dayOfMonth}/${month}/${year}`)?.dayFirst).toBe(day)
      expect(readDay(`${dayOfMonth}.${month}.${year}`)).toEqual(sure(day))
    }),
  )
})
