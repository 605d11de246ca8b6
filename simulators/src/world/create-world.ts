import { defineOptions, integer, matching } from 'seaworthy/core'
import { DemandModel, type DayConditions } from './demand-model.ts'
import { EventCalendar, type WorldEvent } from './event-calendar.ts'
import type { Place } from './geography.ts'
import {
  addDays,
  datesBetween,
  dayOfYear,
  type IsoDate,
  monthOf,
  parseIsoDate,
  weekdayOf,
} from './iso-date.ts'
import { type Product, type Vendor, vendors } from './vendors.ts'
import { type Venue, venues } from './venues.ts'
import { type DayWeather, WeatherModel } from './weather-model.ts'

export interface WorldOptions {
  /** Worlds with the same seed are the same. Default 1. */
  readonly seed?: number | string
  /** The first day of {@link World.salesRows}. Default 2024-01-01. */
  readonly startDate?: IsoDate
  /** How many weeks {@link World.salesRows} covers, 1 to 520. Default 104. */
  readonly weeks?: number
}

/** What was sold of one product on one market day, with the truth behind it and what could be known of the day. */
export interface SalesRow {
  readonly date: IsoDate
  readonly productIndex: number
  readonly venueIndex: number
  readonly quantity: number
  readonly trueMean: number
  readonly features: SalesFeatures
}

export interface SalesFeatures {
  /** 0 for Sunday up to 6 for Saturday. */
  readonly weekday: number
  readonly month: number
  readonly dayOfYear: number
  readonly temperatureMaxC: number
  readonly precipitationMm: number
  readonly weatherCode: number
  /** People at events within reach of the venue. */
  readonly eventAttendance: number
}

/**
 * A world with a truth to be learnt. Every answer is a pure function of the seed and of what is asked, so any day can be
 * asked, in any order; `startDate` and `weeks` only bound {@link World.salesRows}.
 */
export interface World {
  readonly seed: string
  readonly startDate: IsoDate
  /** The last day of {@link World.salesRows}. */
  readonly endDate: IsoDate
  readonly venues: readonly Venue[]
  readonly vendors: readonly Vendor[]
  /** The products of the first vendor. */
  readonly products: readonly Product[]
  weather(place: Place, date: IsoDate): DayWeather
  eventsOn(date: IsoDate): readonly WorldEvent[]
  /** People at events within {@link eventReachKm} of a place. */
  attendanceNear(place: Place, date: IsoDate): number
  /** Whether the market is held that day. */
  isMarketDay(venue: Venue, date: IsoDate): boolean
  /** The mean demand, also for a day on which no market is held. */
  trueMean(product: Product, venue: Venue, date: IsoDate): number
  /** What was sold: 0 when no market is held. */
  sales(product: Product, venue: Venue, date: IsoDate): number
  /** What the first vendor sold: one row for each market day and product. */
  salesRows(): Generator<SalesRow>
}

/** The values of {@link WorldOptions} that are left out. */
export const worldDefaults = Object.freeze({ seed: 1, startDate: '2024-01-01', weeks: 104 })

const resolveWorldOptions = defineOptions('world', worldDefaults, {
  seed: matching('a number or text of at most 200 characters', isSeed),
  startDate: matching('a date such as "2024-01-01"', isDate),
  weeks: integer(1, 520),
})

/**
 * Makes a world.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function createWorld(options: WorldOptions = {}): World {
  const { seed, startDate, weeks } = resolveWorldOptions(options)
  return new SeededWorld(String(seed), startDate, weeks)
}

class SeededWorld implements World {
  readonly seed: string
  readonly startDate: IsoDate
  readonly endDate: IsoDate
  readonly venues = venues
  readonly vendors = vendors
  readonly products = vendors[0]?.products ?? []
  readonly #weather: WeatherModel
  readonly #events: EventCalendar
  readonly #demand: DemandModel
  readonly #vendorOf = new Map<Product, Vendor>()

  constructor(seed: string, startDate: IsoDate, weeks: number) {
    this.seed = seed
    this.startDate = startDate
    this.endDate = addDays(startDate, weeks * 7 - 1)
    this.#weather = new WeatherModel(seed)
    this.#events = new EventCalendar(seed)
    this.#demand = new DemandModel(seed)
    for (const vendor of vendors) for (const product of vendor.products) this.#vendorOf.set(product, vendor)
  }

  weather(place: Place, date: IsoDate): DayWeather {
    return this.#weather.day(place, date)
  }

  eventsOn(date: IsoDate): readonly WorldEvent[] {
    return this.#events.on(date)
  }

  attendanceNear(place: Place, date: IsoDate): number {
    return this.#events.attendanceNear(place, date)
  }

  isMarketDay(venue: Venue, date: IsoDate): boolean {
    return venue.weekdays.includes(weekdayOf(date))
  }

  trueMean(product: Product, venue: Venue, date: IsoDate): number {
    return this.#mean(product, venue, this.#conditions(venue, date))
  }

  sales(product: Product, venue: Venue, date: IsoDate): number {
    if (!this.isMarketDay(venue, date)) return 0
    return this.#demand.sold({ product, venue }, date, this.trueMean(product, venue, date))
  }

  *salesRows(): Generator<SalesRow> {
    for (const date of datesBetween(this.startDate, this.endDate)) {
      for (const [venueIndex, venue] of venues.entries()) {
        if (this.isMarketDay(venue, date)) yield* this.#marketDay(venueIndex, venue, date)
      }
    }
  }

  *#marketDay(venueIndex: number, venue: Venue, date: IsoDate): Generator<SalesRow> {
    const conditions = this.#conditions(venue, date)
    const features = Object.freeze({
      weekday: weekdayOf(date),
      month: monthOf(date),
      dayOfYear: dayOfYear(date),
      temperatureMaxC: conditions.weather.temperatureMaxC,
      precipitationMm: conditions.weather.precipitationMm,
      weatherCode: conditions.weather.weatherCode,
      eventAttendance: conditions.eventAttendance,
    })
    for (const [productIndex, product] of this.products.entries()) {
      const trueMean = this.#mean(product, venue, conditions)
      const quantity = this.#demand.sold({ product, venue }, date, trueMean)
      yield { date, productIndex, venueIndex, quantity, trueMean, features }
    }
  }

  #mean(product: Product, venue: Venue, conditions: DayConditions): number {
    const vendor = this.#vendorOf.get(product)
    return vendor === undefined ? 0 : this.#demand.mean({ vendor, product, venue }, conditions)
  }

  #conditions(venue: Venue, date: IsoDate): DayConditions {
    return { weather: this.weather(venue, date), eventAttendance: this.attendanceNear(venue, date) }
  }
}

function isSeed(value: unknown): value is number | string {
  return Number.isFinite(value) || (typeof value === 'string' && value.length <= 200)
}

function isDate(value: unknown): value is IsoDate {
  return typeof value === 'string' && parseIsoDate(value) !== undefined
}
