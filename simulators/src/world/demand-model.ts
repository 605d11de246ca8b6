import { seededRandom } from 'seaworthy/core'
import { BoundedMemo } from './bounded-memo.ts'
import { dayNumber, dayOfYear, type IsoDate, weekdayOf } from './iso-date.ts'
import type { Product, Vendor } from './vendors.ts'
import type { Venue } from './venues.ts'
import type { DayWeather } from './weather-model.ts'

/** A product of a vendor at a market. */
export interface Offer {
  readonly vendor: Vendor
  readonly product: Product
  readonly venue: Venue
}

/** What is known of a day at a venue, beside the calendar. */
export interface DayConditions {
  readonly weather: DayWeather
  /** People at events within reach. */
  readonly eventAttendance: number
}

/** Sunday first. Midweek is quiet, Saturday is busy. */
const weekdayFactors = [1.05, 0.65, 0.7, 0.75, 0.8, 0.95, 1.3] as const
const venueFactors: Readonly<Record<string, number>> = {
  riverside: 1.1,
  'old-mill': 0.85,
  'station-hall': 0.7,
}
/** Growth counts from here, so that a date has the same truth whatever range it is asked in. */
const trendOrigin = dayNumber('2024-01-01')

/**
 * The true mean demand: base x taste of the venue x weekday x season x weather x events x growth. What was sold is a
 * Poisson count with that mean.
 */
export class DemandModel {
  readonly #seed: string
  readonly #tastes = new BoundedMemo<number>(1_000)

  constructor(seed: string) {
    this.#seed = seed
  }

  mean({ vendor, product, venue }: Offer, conditions: DayConditions): number {
    const { truth } = product
    const { date } = conditions.weather
    return (
      truth.base *
      vendor.share *
      (venueFactors[venue.id] ?? 1) *
      this.#taste(product, venue) *
      (weekdayFactors[weekdayOf(date)] ?? 1) *
      seasonFactor(product, date) *
      weatherFactor(product, conditions.weather) *
      eventFactor(product, conditions.eventAttendance) *
      growthFactor(product, date)
    )
  }

  sold({ product, venue }: Omit<Offer, 'vendor'>, date: IsoDate, mean: number): number {
    return seededRandom(`${this.#seed}/sold/${product.id}/${venue.id}/${date}`).poisson(mean)
  }

  /** What the regulars of a venue like: a lasting factor around 1 for each product. */
  #taste(product: Product, venue: Venue): number {
    const key = `${product.id}/${venue.id}`
    return this.#tastes.get(key, () => Math.exp(seededRandom(`${this.#seed}/taste/${key}`).normal(0, 0.18)))
  }
}

function seasonFactor({ truth }: Product, date: IsoDate): number {
  return 1 + truth.seasonality * Math.cos((2 * Math.PI * (dayOfYear(date) - truth.peakDay)) / 365.25)
}

function weatherFactor({ truth }: Product, weather: DayWeather): number {
  const warm = Math.max(-12, Math.min(18, weather.temperatureMaxC - 16))
  const soaked = 1 - Math.exp(-weather.precipitationMm / 5)
  return Math.exp((truth.warmth * warm) / 10) * (1 - truth.rain * soaked)
}

function eventFactor({ truth }: Product, attendance: number): number {
  return Math.exp(truth.crowd * Math.log2(1 + attendance / 1000))
}

function growthFactor({ truth }: Product, date: IsoDate): number {
  const years = Math.max(-5, Math.min(5, (dayNumber(date) - trendOrigin) / 365.25))
  return (1 + truth.growth) ** years
}
