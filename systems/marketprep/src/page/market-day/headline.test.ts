import { expect, test } from 'vitest'
import { headline } from './headline.ts'

test('headline: puts date and venue before what the server says', () => {
  const set = {
    marketDate: '2026-06-13',
    venueName: 'Riverside',
    summary: 'Saturday: bring 134 items, rain likely.',
  }
  expect(headline(set)).toBe('Saturday 13 June, Riverside: bring 134 items, rain likely.')
})
