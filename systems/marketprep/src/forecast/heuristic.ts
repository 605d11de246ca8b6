import { dayNumber } from './calendar.ts'
import { confidenceLabelOf, confidenceOf } from './confidence.ts'
import { interval80 } from './interval.ts'
import { stockQuantity } from './newsvendor.ts'
import { roundDemand } from './reasons.ts'
import type { DayQuestion, DayWeather, Forecast, ProductEconomics, ReasonGroup, SaleDay } from './types.ts'

/**
 * The rule of thumb that answers when there is no model, and that a model must beat: the mean of the newest four sales
 * of the product at the venue within 30 days (5 when there is none), times what the weather and an event usually do.
 */

const recentDays = 30
const recentSalesMax = 4
const unknownMean = 5
/** Sales scatter more around a rule of thumb than around a model. */
const dispersion = 0.15

/** The expected demand by rule of thumb, at least 1. */
export function heuristicMean(sales: readonly SaleDay[], question: DayQuestion): number {
  const { mean } = recentMean(sales, question)
  return Math.max(1, mean * weatherFactor(question.weather) * eventFactor(question.event?.attendance ?? 0))
}

/** The rule of thumb as a forecast. Its confidence is never above `medium`. */
export function heuristicForecast(
  sales: readonly SaleDay[],
  question: DayQuestion,
  economics: ProductEconomics,
): Forecast {
  const { mean, days } = recentMean(sales, question)
  const expected = heuristicMean(sales, question)
  const afterWeather = mean * weatherFactor(question.weather)
  const rounded = roundDemand({
    baseline: mean,
    expected,
    units: new Map<ReasonGroup, number>([
      ['weather', afterWeather - mean],
      ['event', expected - afterWeather],
    ]),
    labels: new Map<ReasonGroup, string>([
      ['weather', 'weather'],
      ['event', 'event nearby'],
    ]),
  })
  const distribution = { mean: expected, dispersion }
  const interval = interval80(distribution)
  const confidence = Math.min(0.6, confidenceOf({ days, expected, interval80: interval }))
  return Object.freeze({
    ...rounded,
    interval80: interval,
    quantity: stockQuantity(distribution, economics),
    confidence,
    confidenceLabel: confidenceLabelOf(confidence),
  })
}

/** x 1.1 under a clear sky, x 0.8 with rain or snow. */
function weatherFactor(weather: DayWeather | undefined): number {
  if (weather === undefined) return 1
  if (weather.precipitationMm >= 1 || weather.code >= 51) return 0.8
  return weather.code <= 1 ? 1.1 : 1
}

/** x 1.5 from 1,000 people, x 1.3 from 500. */
function eventFactor(attendance: number): number {
  if (attendance >= 1_000) return 1.5
  return attendance >= 500 ? 1.3 : 1
}

function recentMean(
  sales: readonly SaleDay[],
  question: DayQuestion,
): { readonly mean: number; readonly days: number } {
  const day = dayNumber(question.date)
  const newest: { readonly day: number; readonly quantity: number }[] = []
  for (const sale of sales) {
    if (sale.productId !== question.productId || sale.venueId !== question.venueId) continue
    const saleDay = dayNumber(sale.date)
    if (saleDay < day && day - saleDay <= recentDays) newest.push({ day: saleDay, quantity: sale.quantity })
  }
  newest.sort((a, b) => b.day - a.day).splice(recentSalesMax)
  if (newest.length === 0) return { mean: unknownMean, days: 0 }
  return {
    mean: newest.reduce((sum, { quantity }) => sum + quantity, 0) / newest.length,
    days: newest.length,
  }
}
