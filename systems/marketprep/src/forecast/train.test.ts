import { createWorld } from '@seaworthy/simulators/world'
import { expect, test } from 'vitest'
import { forecast, historyBefore } from './forecast.ts'
import { parseModel, serialiseModel } from './forecast-model.ts'
import { trainForecast } from './train.ts'
import type { SaleDay } from './types.ts'

const sales = worldSales(30)
const economics = { priceCents: 850, unitCostCents: 260, wasteCostCents: 260 }

function worldSales(weeks: number): readonly SaleDay[] {
  const world = createWorld({ seed: 'train test', weeks })
  return [...world.salesRows()].map(({ date, productIndex, venueIndex, quantity, features }) => ({
    productId: world.products[productIndex]?.id ?? '',
    category: world.products[productIndex]?.category ?? '',
    venueId: world.venues[venueIndex]?.id ?? '',
    date,
    quantity,
    priceCents: 500,
    weather: {
      temperatureMaxC: features.temperatureMaxC,
      precipitationMm: features.precipitationMm,
      code: features.weatherCode,
    },
    event: { attendance: features.eventAttendance },
  }))
}

test('trainForecast: the same seed and sales give the same model, in whatever order the sales come', () => {
  const model = serialiseModel(trainForecast(sales, { seed: 1 }))
  expect(serialiseModel(trainForecast(sales.toReversed(), { seed: 1 }))).toBe(model)
  expect(serialiseModel(trainForecast(sales, { seed: 2 }))).not.toBe(model)
})

test('trainForecast: refuses fewer sales than it can learn from', () => {
  expect(() => trainForecast(sales.slice(0, 59))).toThrow(
    expect.objectContaining({ code: 'ERR_FORECAST_HISTORY' }),
  )
})

test('forecast: baseline and reasons add up to expected demand in tenths', () => {
  const model = parseModel(serialiseModel(trainForecast(sales)))
  const history = historyBefore(model, sales, '2024-06-01')
  for (const question of sales.slice(-60)) {
    const answer = forecast(model, { history, question, economics })
    const tenths = answer.reasons.reduce((sum, { units }) => sum + Math.round(units * 10), 0)
    expect(Math.round(answer.baseline * 10) + tenths).toBe(Math.round(answer.expected * 10))
    expect(answer.interval80[0]).toBeLessThanOrEqual(answer.interval80[1])
    expect(answer.confidence).toBeGreaterThan(0)
  }
})
