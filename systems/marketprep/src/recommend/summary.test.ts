import { expect, test } from 'vitest'
import { summarySentence, type SummaryFacts } from './summary.ts'

const facts: SummaryFacts = {
  date: '2026-06-13',
  quantities: [1_200, 34],
  weather: { day: '2026-06-13', temperatureMaxC: 17.6, precipitationMm: 4, code: 61 },
  isUsualWeather: false,
}
const weather = (precipitationMm: number, code: number) => ({
  day: '2026-06-13',
  temperatureMaxC: -0.4,
  precipitationMm,
  code,
})

test.each<[Partial<SummaryFacts>, string]>([
  [{}, 'Saturday: bring 1,234 items, rain likely, 18 °C.'],
  [{ quantities: [1, 0] }, 'Saturday: bring 1 item, rain likely, 18 °C.'],
  [{ quantities: [0, 0] }, 'Saturday: bring nothing, rain likely, 18 °C.'],
  [{ quantities: [] }, 'Saturday: nothing to recommend, there are no products yet.'],
  [{ weather: null }, 'Saturday: bring 1,234 items.'],
  [{ isUsualWeather: true }, 'Saturday: bring 1,234 items, usually wet, 18 °C.'],
  [{ weather: weather(0, 1), isUsualWeather: true }, 'Saturday: bring 1,234 items, usually dry, 0 °C.'],
  [{ weather: weather(0.4, 2) }, 'Saturday: bring 1,234 items, partly cloudy, 0 °C.'],
  [{ weather: weather(6, 75) }, 'Saturday: bring 1,234 items, snow likely, 0 °C.'],
  [{ weather: weather(6, 85) }, 'Saturday: bring 1,234 items, snow likely, 0 °C.'],
  [{ weather: weather(6, 81) }, 'Saturday: bring 1,234 items, rain likely, 0 °C.'],
])('summarySentence: %o', (change, sentence) => {
  expect(summarySentence({ ...facts, ...change })).toBe(sentence)
})
