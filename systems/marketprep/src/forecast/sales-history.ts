import { weekdayOf } from './calendar.ts'
import { levelFactor } from './cold-start.ts'
import { forecastError } from './forecast-errors.ts'
import type { LinearEvaluator } from './linear-demand.ts'
import { Responses } from './responses.ts'
import { Tally } from './tally.ts'
import type { DayQuestion, DayWeather, SaleDay } from './types.ts'

/** One past market day of a product at a venue: what was sold, and what the linear part expected. */
interface PastDay {
  readonly sold: number
  readonly usual: number
}

/** What is known of one product at one venue. */
export interface PairHistory {
  /** The newest market days, oldest first, at most eight. */
  readonly recent: PastDay[]
  readonly weekdays: readonly Tally[]
  /** How many market days there were. */
  days: number
  lastDay: number
}

/** What is known of one product. Tallies hold what was sold, weighed by what was usual. */
export interface ProductHistory {
  readonly firstDay: number
  readonly lately: Tally
  readonly overall: Tally
  readonly pairs: Map<string, PairHistory>
}

const latelyHalfLifeDays = 28
const overallHalfLifeDays = 365
const responseStrengthUnits = 40

/**
 * Everything a forecast knows of the past. Sales are observed in the order of their days, so whatever is read before a
 * day is observed cannot contain it. Sales are kept relative to what the linear part of the model calls usual for their
 * day, so that a rainy week does not look like a falling demand.
 */
export class SalesHistory {
  readonly linear: LinearEvaluator
  readonly products = new Map<string, ProductHistory>()
  readonly weather = new Responses(responseStrengthUnits)
  readonly events = new Responses(responseStrengthUnits)
  readonly venues = new Map<string, Tally>()
  /** Everything, lately. */
  readonly lately = new Tally(latelyHalfLifeDays)
  #lastDay = Number.NEGATIVE_INFINITY

  constructor(linear: LinearEvaluator) {
    this.linear = linear
  }

  /** Takes in what was sold. `day` is the day number of the sale's date and not before the last one observed. */
  observe(sale: SaleDay, day: number): void {
    if (day < this.#lastDay) {
      throw forecastError(
        'ERR_FORECAST_INPUT',
        `Cannot observe a sale: days must not go back, received ${sale.date} after a later day`,
        { details: { date: sale.date } },
      )
    }
    this.#lastDay = day
    const linear = this.linear.mean(sale, day)
    const usual = Math.max(usualMin, linear * this.level(sale.productId))
    const product = this.#product(sale.productId, day)
    product.lately.add(day, sale.quantity, usual)
    product.overall.add(day, sale.quantity, linear)
    observePair(product, sale, { day, usual })
    this.lately.add(day, sale.quantity, usual)
    tallyOf(this.venues, sale.venueId).add(day, sale.quantity, usual)
    const { productId, category, quantity: sold } = sale
    const response = { productId, category, day, sold, expected: usual }
    if (sale.weather !== undefined) this.weather.observe({ ...response, bucket: weatherBucket(sale.weather) })
    this.events.observe({ ...response, bucket: eventBucket(sale.event?.attendance ?? 0) })
  }

  /** The demand that is usual for such a day: the linear part, times what is known of a product newer than the model. */
  usual(question: DayQuestion, day: number): number {
    return Math.max(usualMin, this.linear.mean(question, day) * this.level(question.productId))
  }

  /** What the sales of a product that the model was not trained on say about its level; 1 for the others. */
  level(productId: string): number {
    if (this.linear.knows(productId)) return 1
    const overall = this.products.get(productId)?.overall
    return overall === undefined ? 1 : levelFactor(overall.sum, overall.weight)
  }

  #product(productId: string, day: number): ProductHistory {
    let product = this.products.get(productId)
    if (product === undefined) {
      product = {
        firstDay: day,
        lately: new Tally(latelyHalfLifeDays),
        overall: new Tally(overallHalfLifeDays),
        pairs: new Map(),
      }
      this.products.set(productId, product)
    }
    return product
  }
}

/** Below this, "usual" is too close to nothing for a ratio to mean anything. */
const usualMin = 0.02

/** Five degrees to a band, dry and wet apart. */
export function weatherBucket(weather: DayWeather): number {
  const band = Math.min(8, Math.max(-2, Math.floor(weather.temperatureMaxC / 5)))
  return (band + 2) * 2 + (weather.precipitationMm >= 1 ? 1 : 0)
}

/** None, then a band for each doubling from 250 people. */
export function eventBucket(attendance: number): number {
  return attendance <= 0 ? 0 : 1 + Math.min(6, Math.max(0, Math.floor(Math.log2(attendance / 250))))
}

function observePair(
  product: ProductHistory,
  sale: SaleDay,
  { day, usual }: { readonly day: number; readonly usual: number },
): void {
  let pair = product.pairs.get(sale.venueId)
  if (pair === undefined) {
    const weekdays = Array.from({ length: 7 }, () => new Tally(overallHalfLifeDays))
    pair = { recent: [], weekdays, days: 0, lastDay: day }
    product.pairs.set(sale.venueId, pair)
  }
  pair.recent.push({ sold: sale.quantity, usual })
  if (pair.recent.length > 8) pair.recent.shift()
  pair.weekdays[weekdayOf(day)]?.add(day, sale.quantity, usual)
  pair.days++
  pair.lastDay = day
}

function tallyOf(map: Map<string, Tally>, key: string): Tally {
  let tally = map.get(key)
  if (tally === undefined) map.set(key, (tally = new Tally(latelyHalfLifeDays)))
  return tally
}
