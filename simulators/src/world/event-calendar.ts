import { seededRandom } from 'seaworthy/core'
import { BoundedMemo } from './bounded-memo.ts'
import { distanceKm, offsetKm, type Place } from './geography.ts'
import { type IsoDate, weekdayOf } from './iso-date.ts'
import { venues } from './venues.ts'

/** Something near the markets that brings people. */
export interface WorldEvent extends Place {
  readonly id: string
  readonly name: string
  readonly category: 'festival' | 'concert' | 'sports' | 'fair'
  readonly date: IsoDate
  readonly venueName: string
  readonly attendance: number
}

/** An event within this distance of a market changes its demand. */
export const eventReachKm = 8

const kinds = [
  { category: 'festival', name: 'Street Festival', typical: 4200 },
  { category: 'concert', name: 'Open-air Concert', typical: 1800 },
  { category: 'sports', name: 'Half Marathon', typical: 2600 },
  { category: 'fair', name: 'Craft Fair', typical: 700 },
] as const

/** The events of any day as a pure function of the seed. */
export class EventCalendar {
  readonly #seed: string
  readonly #days = new BoundedMemo<readonly WorldEvent[]>(5_000)

  constructor(seed: string) {
    this.#seed = seed
  }

  on(date: IsoDate): readonly WorldEvent[] {
    return this.#days.get(date, () => Object.freeze(venues.flatMap((_, index) => this.#near(index, date))))
  }

  /** How many people go to events within reach of a place that day. */
  attendanceNear(place: Place, date: IsoDate): number {
    return this.on(date)
      .filter((event) => distanceKm(place, event) <= eventReachKm)
      .reduce((sum, event) => sum + event.attendance, 0)
  }

  #near(venueIndex: number, date: IsoDate): readonly WorldEvent[] {
    const venue = venues[venueIndex]
    const random = seededRandom(`${this.#seed}/event/${venueIndex}/${date}`)
    const weekend = [0, 5, 6].includes(weekdayOf(date))
    if (venue === undefined || random.next() > (weekend ? 0.16 : 0.05)) return []
    const kind = kinds[random.integer(0, kinds.length - 1)] ?? kinds[0]
    const attendance = Math.round((kind.typical * Math.exp(random.normal(0, 0.5))) / 10) * 10
    const event: WorldEvent = {
      id: `evt_${date.replaceAll('-', '')}_${venueIndex}`,
      name: `${venue.town} ${kind.name}`,
      category: kind.category,
      date,
      venueName: `${venue.town} ${kind.category === 'sports' ? 'High Street' : 'Common'}`,
      attendance: Math.max(50, Math.min(20_000, attendance)),
      ...offsetKm(venue, random.next() * 5 - 2.5, random.next() * 5 - 2.5),
    }
    return [Object.freeze(event)]
  }
}
