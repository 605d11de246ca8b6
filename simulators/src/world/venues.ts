import type { Place } from './geography.ts'

/** A market. */
export interface Venue extends Place {
  readonly id: string
  readonly name: string
  readonly town: string
  readonly timezone: string
  /** The days it is held: 0 for Sunday up to 6 for Saturday. */
  readonly weekdays: readonly number[]
  readonly opensAtMinute: number
  readonly closesAtMinute: number
}

/** The three markets of the world, 7 to 19 km from each other. */
export const venues: readonly Venue[] = Object.freeze([
  {
    id: 'riverside',
    name: 'Riverside Market',
    town: 'Kingston',
    latitude: 41.927,
    longitude: -73.997,
    timezone: 'America/New_York',
    weekdays: [3, 6],
    opensAtMinute: 8 * 60,
    closesAtMinute: 14 * 60,
  },
  {
    id: 'old-mill',
    name: 'Old Mill Green',
    town: 'Rhinebeck',
    latitude: 41.9268,
    longitude: -73.9126,
    timezone: 'America/New_York',
    weekdays: [0],
    opensAtMinute: 9 * 60,
    closesAtMinute: 14 * 60,
  },
  {
    id: 'station-hall',
    name: 'Station Hall',
    town: 'Woodstock',
    latitude: 42.0409,
    longitude: -74.1182,
    timezone: 'America/New_York',
    weekdays: [5],
    opensAtMinute: 11 * 60,
    closesAtMinute: 18 * 60,
  },
])
