/**
 * A seeded world with a truth to be learnt: weather, events, markets, vendors, and the demand that follows from them.
 *
 * @module
 */

export {
  createWorld,
  worldDefaults,
  type SalesFeatures,
  type SalesRow,
  type World,
  type WorldOptions,
} from './create-world.ts'
export { eventReachKm, type WorldEvent } from './event-calendar.ts'
export { distanceKm, type Place } from './geography.ts'
export {
  addDays,
  datesBetween,
  dayNumber,
  dayOfYear,
  isoDate,
  monthOf,
  parseIsoDate,
  weekdayOf,
  type IsoDate,
} from './iso-date.ts'
export type { Product, ProductTruth, Vendor } from './vendors.ts'
export type { Venue } from './venues.ts'
export type { DayWeather } from './weather-model.ts'
