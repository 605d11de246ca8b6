import { monthOf, weekdayOf } from './calendar.ts'
import { defaultPriorStrengths, type PriorStrengths } from './cold-start.ts'
import { forecastError } from './forecast-errors.ts'
import { Responses } from './responses.ts'
import { Tally } from './tally.ts'
import type { DayQuestion, DayWeather, SaleDay } from './types.ts'

/** What is known of one product at one venue. */
export interface PairHistory {
  readonly sales: Tally
  /** Quantities of the newest market days, oldest first, at most eight. */
  readonly recent: number[]
  readonly weekdays: readonly Tally[]
  lastDay: number
}

/** What is known of one product. */
export interface ProductHistory {
  readonly category: string
  readonly sales: Tally
  readonly price: Tally
  /** Sold by expected of the newest sales at any venue. */
  readonly surplus: Tally
  readonly firstDay: number
  readonly pairs: Map<string, PairHistory>
}

/** The usual sales of a product at a venue, and what they are made from. */
export interface UsualSales {
  readonly product: number
  readonly venueRatio: number
  readonly pair: number
}

const halfLifeDays = 365
const surplusHalfLifeDays = 21
const venueStrengthUnits = 40

/**
 * Everything a forecast knows of the past. Sales are observed in the order of their days, so whatever is read before a
 * day is observed cannot contain it.
 */
export class SalesHistory {
  readonly strengths: PriorStrengths
  readonly products = new Map<string, ProductHistory>()
  readonly weather = new Responses(30)
  readonly events = new Responses(30)
  readonly months = new Responses(30)
  /** Sold by expected of everything, lately. */
  readonly surplus = new Tally(surplusHalfLifeDays)
  readonly #all = new Tally(halfLifeDays)
  readonly #categories = new Map<string, Tally>()
  readonly #venues = new Map<string, Tally>()
  #lastDay = Number.NEGATIVE_INFINITY

  constructor(strengths: PriorStrengths = defaultPriorStrengths) {
    this.strengths = strengths
  }

  /** The number of sales observed. */
  get size(): number {
    return this.#all.count
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
    const usual = this.size === 0 ? undefined : this.usual(sale)
    this.#all.add(day, sale.quantity)
    tallyOf(this.#categories, sale.category).add(day, sale.quantity)
    const product = this.#product(sale, day)
    product.sales.add(day, sale.quantity)
    product.price.add(day, sale.priceCents)
    observePair(product, sale, day)
    if (usual !== undefined) this.#observeRatios(sale, day, usual)
  }

  /** The usual sales of the question's product and venue, each drawn to what it belongs to. 1 when nothing is known. */
  usual(question: Pick<DayQuestion, 'productId' | 'category' | 'venueId'>): UsualSales {
    const { strengths } = this
    const all = this.#all.mean(1, 0.01)
    const category = this.#categories.get(question.category)?.mean(all, strengths.category) ?? all
    const product = this.products.get(question.productId)
    const mean = product?.sales.mean(category, strengths.product) ?? category
    const venueRatio = this.#venues.get(question.venueId)?.mean(1, venueStrengthUnits) ?? 1
    const prior = mean * venueRatio
    const pair = product?.pairs.get(question.venueId)?.sales.mean(prior, strengths.pair) ?? prior
    return { product: mean, venueRatio, pair: Math.max(pair, usualMin) }
  }

  #product(sale: SaleDay, day: number): ProductHistory {
    let product = this.products.get(sale.productId)
    if (product === undefined) {
      product = {
        category: sale.category,
        sales: new Tally(halfLifeDays),
        price: new Tally(halfLifeDays),
        surplus: new Tally(surplusHalfLifeDays),
        firstDay: day,
        pairs: new Map(),
      }
      this.products.set(sale.productId, product)
    }
    return product
  }

  #observeRatios(sale: SaleDay, day: number, usual: UsualSales): void {
    tallyOf(this.#venues, sale.venueId).add(day, sale.quantity, usual.product)
    this.surplus.add(day, sale.quantity, usual.pair)
    this.products.get(sale.productId)?.surplus.add(day, sale.quantity, usual.pair)
    const { productId, category } = sale
    const base = { productId, category, day, sold: sale.quantity, expected: usual.pair }
    if (sale.weather !== undefined) this.weather.observe({ ...base, bucket: weatherBucket(sale.weather) })
    this.events.observe({ ...base, bucket: eventBucket(sale.event?.attendance ?? 0) })
    this.months.observe({ ...base, bucket: monthOf(day) })
  }
}

/** Below this, "usual" is too close to nothing for a ratio to mean anything. */
const usualMin = 0.05

/** Five degrees to a band, dry and wet apart. */
export function weatherBucket(weather: DayWeather): number {
  const band = Math.min(8, Math.max(-2, Math.floor(weather.temperatureMaxC / 5)))
  return (band + 2) * 2 + (weather.precipitationMm >= 1 ? 1 : 0)
}

/** None, then a band for each doubling from 250 people. */
export function eventBucket(attendance: number): number {
  return attendance <= 0 ? 0 : 1 + Math.min(6, Math.max(0, Math.floor(Math.log2(attendance / 250))))
}

function observePair(product: ProductHistory, sale: SaleDay, day: number): void {
  let pair = product.pairs.get(sale.venueId)
  if (pair === undefined) {
    const weekdays = Array.from({ length: 7 }, () => new Tally(halfLifeDays))
    pair = { sales: new Tally(halfLifeDays), recent: [], weekdays, lastDay: day }
    product.pairs.set(sale.venueId, pair)
  }
  pair.sales.add(day, sale.quantity)
  pair.recent.push(sale.quantity)
  if (pair.recent.length > 8) pair.recent.shift()
  pair.weekdays[weekdayOf(day)]?.add(day, sale.quantity)
  pair.lastDay = day
}

function tallyOf(map: Map<string, Tally>, key: string): Tally {
  let tally = map.get(key)
  if (tally === undefined) map.set(key, (tally = new Tally(halfLifeDays)))
  return tally
}
