import type { VenueBody } from '../../contract/catalogue.ts'
import type { Place } from '../api/endpoints.ts'

/** What is typed and chosen for a new venue. */
export interface VenueFields {
  readonly name: string
  readonly searched: string
  readonly place: Place | null
  readonly weekdays: readonly number[]
}

export const noVenue: VenueFields = { name: '', searched: '', place: null, weekdays: [] }

export type VenueErrors = Partial<Record<'name' | 'place' | 'weekdays', string>>

export const weekdays = [
  { day: 1, short: 'Mon', name: 'Monday' },
  { day: 2, short: 'Tue', name: 'Tuesday' },
  { day: 3, short: 'Wed', name: 'Wednesday' },
  { day: 4, short: 'Thu', name: 'Thursday' },
  { day: 5, short: 'Fri', name: 'Friday' },
  { day: 6, short: 'Sat', name: 'Saturday' },
  { day: 0, short: 'Sun', name: 'Sunday' },
] as const

/** "Saturdays", "Tuesdays and Thursdays". */
export function weekdayWords(days: readonly number[]): string {
  const names = weekdays.filter(({ day }) => days.includes(day)).map(({ name }) => `${name}s`)
  return names.length === 0 ? 'no market days' : new Intl.ListFormat('en-GB').format(names)
}

export function venueErrors({ name, place, weekdays: days }: VenueFields): VenueErrors {
  return {
    ...(name.trim() === '' ? { name: 'Write the name of the market' } : {}),
    ...(place === null ? { place: 'Find the town and choose it: the weather comes from there' } : {}),
    ...(days.length === 0 ? { weekdays: 'Choose at least one day' } : {}),
  }
}

/** The body of the request; undefined while something is missing. */
export function venueBody(fields: VenueFields): VenueBody | undefined {
  const { name, place, weekdays: days } = fields
  if (place === null || Object.keys(venueErrors(fields)).length > 0) return undefined
  const { latitude, longitude, timeZone } = place
  return { name: name.trim(), latitude, longitude, timeZone, marketWeekdays: days.toSorted((a, b) => a - b) }
}
