import { dayNumber } from './calendar.ts'
import { forecastError } from './forecast-errors.ts'
import type { DayQuestion, SaleDay } from './types.ts'

/** A sale with its day as a number. */
export interface DatedSale {
  readonly sale: SaleDay
  readonly day: number
}

/**
 * Checks the sales and sorts them by day, then product and venue, so that the order they came in changes nothing.
 *
 * @throws SeaworthyError ERR_FORECAST_INPUT when a sale has a value outside its range
 */
export function sortSales(sales: readonly SaleDay[]): readonly DatedSale[] {
  return sales
    .map((sale) => {
      checkAmount('quantity', sale.quantity)
      return { sale, day: checkQuestion(sale) }
    })
    .sort(
      (a, b) =>
        a.day - b.day ||
        compare(a.sale.productId, b.sale.productId) ||
        compare(a.sale.venueId, b.sale.venueId),
    )
}

/**
 * Checks a question and returns its day number.
 *
 * @throws SeaworthyError ERR_FORECAST_INPUT when a value is outside its range
 */
export function checkQuestion(question: DayQuestion): number {
  checkAmount('priceCents', question.priceCents)
  if (question.event !== undefined) checkAmount('event.attendance', question.event.attendance)
  const { weather } = question
  if (weather !== undefined) {
    checkAmount('weather.precipitationMm', weather.precipitationMm)
    checkRange('weather.temperatureMaxC', weather.temperatureMaxC, [-90, 70])
    checkRange('weather.code', weather.code, [0, 99])
    checkRange('weather.precipitationProbability', weather.precipitationProbability ?? 0, [0, 100])
  }
  return dayNumber(question.date)
}

const amountMax = 1_000_000_000

function checkAmount(name: string, value: number): void {
  checkRange(name, value, [0, amountMax])
}

function checkRange(name: string, value: number, [min, max]: readonly [number, number]): void {
  if (value >= min && value <= max) return
  throw forecastError(
    'ERR_FORECAST_INPUT',
    `Cannot forecast: ${name} must be a number from ${min} to ${max}, received ${value}`,
    { details: { name, value, min, max } },
  )
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
