import { expect, test } from 'vitest'
import { stubSet } from '../testing/stub-data.ts'
import { headline } from './headline.ts'
import { reasonWords } from './reason-words.ts'

const live = stubSet('2026-06-13', 'v', false)
const named = { ...live, venueName: 'Riverside' }

test('headline: the answer with its day and venue in front', () => {
  expect(headline(named)).toBe('Saturday 13 June, Riverside: bring 151 items, rain likely.')
})

test('headline: climate normals are not told as a forecast', () => {
  const { sources } = stubSet('2026-06-13', 'v', true)
  expect(headline({ ...named, sources })).toBe(
    'Saturday 13 June, Riverside: bring 151 items, if the weather is as usual.',
  )
})

test.each([
  ['day of the week', 12, 'Saturday'],
  ['rain', 12, 'rain, 12 mm'],
  ['rain', 0.4, 'no rain'],
  ['temperature', 0, 'temperature, 19 °C'],
  ['growth', 0, 'growth'],
])('reasonWords: %s at %f mm is "%s"', (label, precipitationMm, words) => {
  const weather = { temperatureMaxC: 19.4, precipitationMm, description: 'Rain' }
  expect(reasonWords(label, { marketDate: '2026-06-13', weather })).toBe(words)
})

test('reasonWords: without weather a label stays', () => {
  expect(reasonWords('rain', { marketDate: '2026-06-13', weather: null })).toBe('rain')
})
