import { expect, test } from 'vitest'
import { checkResult } from './check-result.ts'
import { pastMarketDays } from './market-days-past.ts'

const row = { brought: '24', sold: '21', price: '4.50', rating: 4 }

test('checkResult: a good row becomes the body of the request', () => {
  expect(checkResult('r', row)).toEqual({
    isGood: true,
    body: { recommendationId: 'r', brought: 24, sold: 21, priceCents: 450, rating: 4 },
  })
})

test('checkResult: price and rating may be left out', () => {
  expect(checkResult('r', { ...row, price: ' ', rating: null })).toEqual({
    isGood: true,
    body: { recommendationId: 'r', brought: 24, sold: 21 },
  })
})

test.each([
  [{ ...row, sold: '25' }, { sold: 'At most 24, as brought' }],
  [{ ...row, sold: '2.5' }, { sold: 'Whole number, 0 or more' }],
  [{ ...row, brought: '-1' }, { brought: 'Whole number, 0 or more' }],
  [{ ...row, price: 'four' }, { price: 'Dollars, such as 4.50' }],
])('checkResult: %o is refused at its field', (bad, errors) => {
  expect(checkResult('r', bad)).toEqual({ isGood: false, errors })
})

test('pastMarketDays: today counts, by the zone of the venue, newest first', () => {
  const venue = {
    id: 'v',
    name: 'Riverside',
    latitude: 41.9,
    longitude: -87.6,
    timeZone: 'America/Chicago',
    marketWeekdays: [6, 3],
    isActive: true,
  }
  const stillSaturdayThere = Date.parse('2026-06-14T03:00:00Z')
  const others = [
    { ...venue, id: 'w', isActive: false },
    { ...venue, id: 'x', timeZone: 'Mars/Phobos' },
  ]
  const days = pastMarketDays([venue, ...others], stillSaturdayThere, 14)
  expect(days.map(({ date }) => date)).toEqual([
    '2026-06-13',
    '2026-06-10',
    '2026-06-06',
    '2026-06-03',
    '2026-05-30',
  ])
})
