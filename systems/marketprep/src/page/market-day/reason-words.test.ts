import { expect, test } from 'vitest'
import { reasonWords } from './reason-words.ts'

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
