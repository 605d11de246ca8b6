import { expect, test } from 'vitest'
import { levelFactor, levelStrengthUnits } from './cold-start.ts'
import { forecast, historyBefore } from './forecast.ts'
import { sampleSales } from './sample-sales.fixture.ts'
import { trainForecast } from './train.ts'
import type { SaleDay } from './types.ts'

const economics = { priceCents: 800, unitCostCents: 200, wasteCostCents: 200 }

test('levelFactor: 1 without sales, half way at the strength, the sales themselves in the long run', () => {
  expect(levelFactor(0, 0)).toBe(1)
  expect(levelFactor(2 * levelStrengthUnits, levelStrengthUnits)).toBe(1.5)
  expect(levelFactor(20_000, 10_000)).toBeCloseTo(2, 2)
})

test('forecast: a product newer than the model starts at its category and follows its own sales', () => {
  const sales = sampleSales({ weeks: 60 })
  const model = trainForecast(sales)
  const [example] = sales.slice(-8)
  const first: SaleDay = { ...(example as SaleDay), productId: 'rolls', date: '2025-03-08', quantity: 30 }
  const later = ['2025-03-15', '2025-03-22', '2025-03-29'].map((date) => ({ ...first, date }))
  const question = { ...first, date: '2025-04-05' }
  const ask = (known: readonly SaleDay[]) =>
    forecast(model, { history: historyBefore(model, known, question.date), question, economics })
  const [cold, warm] = [ask(sales), ask([...sales, first, ...later])]
  expect(cold.expected).toBeGreaterThan(6)
  expect(cold.expected).toBeLessThan(18)
  expect(warm.expected).toBeGreaterThan(20)
  expect(cold.confidenceLabel).toBe('low')
  expect(warm.confidence).toBeGreaterThan(cold.confidence)
})
