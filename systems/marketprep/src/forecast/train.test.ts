import { createWorld } from '@seaworthy/simulators/world'
import { expect, test } from 'vitest'
import { wape } from './evaluate.ts'
import { explainQuestion, forecast, historyBefore } from './forecast.ts'
import { parseModel, serialiseModel, type ForecastModel } from './forecast-model.ts'
import { trainForecast } from './train.ts'
import { sampleSales } from './sample-sales.fixture.ts'
import type { DayQuestion, SaleDay } from './types.ts'

const sales = worldSales(16)
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
  const history = historyBefore(model, sales, '2024-04-01')
  for (const question of sales.slice(-60)) {
    const answer = forecast(model, { history, question, economics })
    const tenths = answer.reasons.reduce((sum, { units }) => sum + Math.round(units * 10), 0)
    expect(Math.round(answer.baseline * 10) + tenths).toBe(Math.round(answer.expected * 10))
    expect(answer.interval80[0]).toBeLessThanOrEqual(answer.interval80[1])
    expect(answer.confidence).toBeGreaterThan(0)
  }
})

test(
  'trainForecast: trees learn effects that do not multiply, which the regression alone cannot',
  { timeout: 20_000 },
  () => {
    const truth = ({ category, weather }: DayQuestion): number => {
      const isHot = (weather?.temperatureMaxC ?? 0) > 22
      if (!isHot) return 18
      return category === 'bakery' ? 8 : 23
    }
    const products = ['bread', 'jam', 'eggs', 'cider', 'rolls', 'honey']
    const hot = sampleSales({ weeks: 260, seed: 'hot days', mean: truth, products })
    const cut = '2028-01-01'
    const model = trainForecast(hot.filter(({ date }) => date < cut))
    const history = historyBefore(model, hot, cut)
    const wapeOf = (judged: ForecastModel): number =>
      wape(
        hot
          .filter(({ date }) => date >= cut)
          .map((sale) => ({
            expected: explainQuestion(judged, history, sale).expected,
            sold: sale.quantity,
          })),
      )
    const withoutTrees = { ...model, boosted: { bias: 0, trees: [] } }
    expect(wapeOf(model)).toBeLessThan(wapeOf(withoutTrees) - 0.7)
  },
)

test('forecast: refuses a question with a value outside its range', () => {
  const model = trainForecast(sales)
  const history = historyBefore(model, sales, '2024-04-01')
  const [question] = sales.slice(-1) as [SaleDay]
  for (const wrong of [{ date: '2024-13-01' }, { priceCents: -1 }, { event: { attendance: Number.NaN } }]) {
    expect(() => forecast(model, { history, question: { ...question, ...wrong }, economics })).toThrow(
      expect.objectContaining({ code: 'ERR_FORECAST_INPUT' }),
    )
  }
})

test('trainForecast: refuses sales with a quantity below zero', () => {
  const wrong = sales.map((sale, index) => (index === 50 ? { ...sale, quantity: -2 } : sale))
  expect(() => trainForecast(wrong)).toThrow(expect.objectContaining({ code: 'ERR_FORECAST_INPUT' }))
})
