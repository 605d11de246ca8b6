import { expect, test } from 'vitest'
import { heuristicForecast, heuristicMean } from './heuristic.ts'
import type { DayQuestion, SaleDay } from './types.ts'

const question: DayQuestion = {
  productId: 'bread',
  category: 'bakery',
  venueId: 'square',
  date: '2024-06-29',
  priceCents: 800,
}
const sale = (date: string, quantity: number, change: Partial<SaleDay> = {}): SaleDay => ({
  ...question,
  date,
  quantity,
  ...change,
})
const sales = [
  sale('2024-05-25', 900),
  sale('2024-06-01', 4),
  sale('2024-06-08', 8),
  sale('2024-06-15', 12),
  sale('2024-06-22', 16),
  sale('2024-06-22', 700, { productId: 'jam' }),
  sale('2024-06-22', 700, { venueId: 'mill' }),
  sale('2024-06-29', 700),
]
const weather = (code: number, precipitationMm: number) => ({ temperatureMaxC: 20, precipitationMm, code })

test('heuristicMean: the newest four sales of the product at the venue within 30 days before the day', () => {
  expect(heuristicMean(sales, question)).toBe(10)
})

test('heuristicMean: 5 when there are none, and never below 1', () => {
  expect(heuristicMean([], question)).toBe(5)
  expect(heuristicMean([sale('2024-06-22', 0)], question)).toBe(1)
})

test('heuristicMean: weather and event multiply', () => {
  const with_ = (change: Partial<DayQuestion>): number => heuristicMean(sales, { ...question, ...change })
  expect(with_({ weather: weather(0, 0) })).toBeCloseTo(11)
  expect(with_({ weather: weather(3, 0) })).toBe(10)
  expect(with_({ weather: weather(61, 4) })).toBe(8)
  expect(with_({ event: { attendance: 500 } })).toBe(13)
  expect(with_({ event: { attendance: 1_000 }, weather: weather(0, 0) })).toBeCloseTo(16.5)
})

test('heuristicForecast: reasons add up, confidence is not high', () => {
  const answer = heuristicForecast(
    sales,
    { ...question, event: { attendance: 1_000 }, weather: weather(0, 0) },
    { priceCents: 800, unitCostCents: 200, wasteCostCents: 200 },
  )
  expect(answer).toMatchObject({
    baseline: 10,
    expected: 16.5,
    reasons: [
      { group: 'event', units: 5.5 },
      { group: 'weather', units: 1 },
    ],
  })
  expect(answer.confidenceLabel).not.toBe('high')
  expect(answer.quantity).toBeGreaterThan(16)
})
