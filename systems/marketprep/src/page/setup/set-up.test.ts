import { expect, test } from 'vitest'
import { productBody } from './product-fields.ts'
import { noVenue, venueBody, venueErrors, weekdayWords } from './venue-fields.ts'

const place = {
  name: 'Riverside',
  region: 'Illinois',
  latitude: 41.8,
  longitude: -87.8,
  timeZone: 'America/Chicago',
}

test('venueErrors: each missing part has its own words', () => {
  expect(Object.keys(venueErrors(noVenue))).toEqual(['name', 'place', 'weekdays'])
  expect(venueBody(noVenue)).toBeUndefined()
})

test('venueBody: takes the coordinates and the zone of the place', () => {
  expect(venueBody({ name: ' Riverside market ', searched: 'riv', place, weekdays: [6, 2] })).toEqual({
    name: 'Riverside market',
    latitude: 41.8,
    longitude: -87.8,
    timeZone: 'America/Chicago',
    marketWeekdays: [2, 6],
  })
})

test('weekdayWords: the week begins on Monday', () => {
  expect(weekdayWords([0, 6, 2])).toBe('Tuesdays, Saturdays and Sundays')
  expect(weekdayWords([])).toBe('no market days')
})

test('productBody: amounts are dollars, costs may be left out', () => {
  expect(productBody({ name: 'Basil', category: '', price: '3', unitCost: '' })).toEqual({
    isGood: true,
    body: { name: 'Basil', priceCents: 300 },
  })
  expect(productBody({ name: '', category: '', price: 'x', unitCost: 'y' })).toEqual({
    isGood: false,
    errors: {
      name: 'Write what you sell',
      price: 'Dollars, such as 4.50',
      unitCost: 'Dollars, such as 1.80, or leave it out',
    },
  })
})
