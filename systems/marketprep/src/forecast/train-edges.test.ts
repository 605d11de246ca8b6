import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateOf, dayNumber } from './calendar.ts'
import { forecast, historyBefore } from './forecast.ts'
import { parseModel, serialiseModel } from './forecast-model.ts'
import { sampleSales } from './sample-sales.fixture.ts'
import { trainForecast } from './train.ts'
import type { Forecast, SaleDay } from './types.ts'

const economics = { priceCents: 500, unitCostCents: 200, wasteCostCents: 200 }

/** Trains, stores, reads back and forecasts the last sale of all. */
function answerTo(sales: readonly SaleDay[]): Forecast {
  const model = parseModel(serialiseModel(trainForecast(sales)))
  const question = sales.at(-1) as SaleDay
  return forecast(model, { history: historyBefore(model, sales, question.date), question, economics })
}

/** One product at one venue each week. */
function weekly(quantities: readonly number[]): readonly SaleDay[] {
  const start = dayNumber('2024-01-06')
  return quantities.map((quantity, week) => ({
    productId: 'bread',
    category: 'bakery',
    venueId: 'square',
    date: dateOf(start + 7 * week),
    priceCents: 500,
    quantity,
  }))
}

test('trainForecast: one product at one venue without weather or events', () => {
  const answer = answerTo(weekly(Array.from({ length: 60 }, (_, week) => 8 + (week % 5))))
  expect(answer.expected).toBeGreaterThan(8)
  expect(answer.expected).toBeLessThan(12)
})

test('trainForecast: a product that never sold', () => {
  const answer = answerTo(weekly(Array.from({ length: 60 }, () => 0)))
  expect(answer.expected).toBeLessThan(0.5)
  expect(answer).toMatchObject({ interval80: [0, 0], quantity: 0 })
})

test('trainForecast: refuses sales of a single day, however many', () => {
  const [sale] = weekly([5]) as [SaleDay]
  const sales = Array.from({ length: 80 }, (_, index) => ({ ...sale, productId: `product ${index}` }))
  expect(() => trainForecast(sales)).toThrow(expect.objectContaining({ code: 'ERR_FORECAST_HISTORY' }))
})

test('trainForecast: identifiers that are names of object properties are ordinary', () => {
  const products = ['__proto__', 'constructor', 'toString', '["all"]']
  expect(answerTo(sampleSales({ weeks: 12, products })).expected).toBeGreaterThan(3)
})

test('forecast: every number is finite whatever the vendor sold', () => {
  const quantity = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 100_000 }))
  fc.assert(
    fc.property(fc.array(quantity, { minLength: 60, maxLength: 90 }), (quantities) => {
      const { expected, interval80, quantity: bring, confidence, baseline } = answerTo(weekly(quantities))
      for (const value of [expected, ...interval80, bring, confidence, baseline]) {
        expect(Number.isFinite(value)).toBe(true)
        expect(value).toBeGreaterThanOrEqual(0)
      }
    }),
    { numRuns: 15 },
  )
})
