import {
  jsonResponse,
  type SimulatedRequest,
  type SimulatedResponse,
  type Simulator,
} from '../http/exchange.ts'
import type { World } from '../world/create-world.ts'
import type { WorldEvent } from '../world/event-calendar.ts'
import { distanceKm, round } from '../world/geography.ts'
import { addDays, datesBetween, type IsoDate } from '../world/iso-date.ts'
import { calendarText } from './calendar-text.ts'
import { EventsError, readEventsQuery, writeCursor } from './events-query.ts'

interface EventsParts {
  readonly world: World
  readonly nowMs: () => number
}

/** Further ahead nothing is announced yet. */
const announcedDays = 120

/** Makes the stand-in of an events calendar: GET /events as JSON, GET /calendar.ics as iCalendar. */
export function eventsSimulator({ world, nowMs }: EventsParts): Simulator {
  const today = (): IsoDate => new Date(nowMs()).toISOString().slice(0, 10)
  return {
    name: 'events',
    summary: 'An events calendar: what happens near a place, with the attendance expected.',
    examples: [
      `/events?lat=41.927&lon=-73.997&radius_km=8&from=${today()}&to=${addDays(today(), 30)}`,
      '/calendar.ics?venue=riverside',
    ],
    failure: (status) =>
      new EventsError(
        status,
        status === 429 ? 'rate_limited' : 'unavailable',
        'The calendar cannot answer now',
      ).response,
    handle(request) {
      try {
        return route(request, world, addDays(today(), announcedDays))
      } catch (error) {
        if (error instanceof EventsError) return error.response
        throw error
      }
    },
  }
}

function route(
  { method, path, query }: SimulatedRequest,
  world: World,
  lastAnnounced: IsoDate,
): SimulatedResponse {
  if (method === 'GET' && path === '/events') return listEvents(query, world, lastAnnounced)
  if (method === 'GET' && path === '/calendar.ics') {
    const venue = world.venues.find(({ id }) => id === query.get('venue'))
    if (venue === undefined)
      throw new EventsError(404, 'not_found', `There are ${world.venues.map(({ id }) => id).join(', ')}`)
    const from = addDays(lastAnnounced, -2 * announcedDays)
    const near = [...datesBetween(from, lastAnnounced)]
      .flatMap((date) => world.eventsOn(date))
      .filter((event) => distanceKm(venue, event) <= 10)
    return {
      status: 200,
      headers: { 'content-type': 'text/calendar; charset=utf-8' },
      body: calendarText(venue.name, near),
    }
  }
  throw new EventsError(404, 'not_found', 'There are /events and /calendar.ics')
}

function listEvents(query: URLSearchParams, world: World, lastAnnounced: IsoDate): SimulatedResponse {
  const { place, radiusKm, from, to, limit, offset } = readEventsQuery(query)
  const matching = [...datesBetween(from, to < lastAnnounced ? to : lastAnnounced)]
    .flatMap((date) => world.eventsOn(date))
    .map((event) => ({ event, km: distanceKm(place, event) }))
    .filter(({ km }) => km <= radiusKm)
  const end = offset + limit
  return jsonResponse(200, {
    events: matching.slice(offset, end).map(({ event, km }) => eventJson(event, km)),
    next_cursor: end < matching.length ? writeCursor(end) : null,
  })
}

function eventJson(event: WorldEvent, km: number): Record<string, unknown> {
  return {
    id: event.id,
    name: event.name,
    category: event.category,
    date: event.date,
    place: event.venueName,
    latitude: event.latitude,
    longitude: event.longitude,
    distance_km: round(km, 2),
    expected_attendance: event.attendance,
  }
}
