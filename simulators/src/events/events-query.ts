import { jsonResponse, type SimulatedResponse } from '../http/exchange.ts'
import { parseJson } from '../http/read-body.ts'
import type { Place } from '../world/geography.ts'
import { dayNumber, type IsoDate, parseIsoDate } from '../world/iso-date.ts'

/** A checked query of GET /events. */
export interface EventsQuery {
  readonly place: Place
  readonly radiusKm: number
  readonly from: IsoDate
  readonly to: IsoDate
  readonly limit: number
  readonly offset: number
}

/** A request that the calendar refuses. */
export class EventsError extends Error {
  override readonly name = 'EventsError'
  readonly response: SimulatedResponse

  constructor(status: number, code: string, message: string) {
    super(message)
    this.response = jsonResponse(status, { error: { code, message } })
  }
}

const rangeDaysMax = 800
const limitMax = 100

/** @throws EventsError 400 that names the parameter */
export function readEventsQuery(query: URLSearchParams): EventsQuery {
  const [from, to] = [date(query, 'from'), date(query, 'to')]
  if (from > to) throw invalid('to', 'a date not before from')
  if (dayNumber(to) - dayNumber(from) > rangeDaysMax)
    throw invalid('to', `at most ${rangeDaysMax} days after from`)
  return {
    place: {
      latitude: number(query, 'lat', { min: -90, max: 90 }),
      longitude: number(query, 'lon', { min: -180, max: 180 }),
    },
    radiusKm: number(query, 'radius_km', { min: 0.1, max: 500, fallback: 10 }),
    from,
    to,
    limit: Math.floor(number(query, 'limit', { min: 1, max: limitMax, fallback: 50 })),
    offset: readCursor(query.get('cursor')),
  }
}

/** The cursor of the page that starts at an offset. */
export function writeCursor(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString('base64url')
}

function readCursor(cursor: string | null): number {
  if (cursor === null || cursor === '') return 0
  const read = parseJson(Buffer.from(cursor.slice(0, 200), 'base64url').toString()) as
    | { offset?: unknown }
    | undefined
  const offset = read?.offset
  if (typeof offset !== 'number' || !Number.isInteger(offset) || offset < 0)
    throw invalid('cursor', 'a cursor of an answer')
  return offset
}

function date(query: URLSearchParams, name: string): IsoDate {
  const read = parseIsoDate(query.get(name))
  if (read === undefined) throw invalid(name, 'a date such as 2026-03-14')
  return read
}

function number(
  query: URLSearchParams,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback?: number },
): number {
  const given = query.get(name)
  if ((given === null || given === '') && fallback !== undefined) return fallback
  const value = given === null || given === '' ? Number.NaN : Number(given)
  if (Number.isNaN(value) || value < min || value > max) throw invalid(name, `a number from ${min} to ${max}`)
  return value
}

function invalid(name: string, allowed: string): EventsError {
  return new EventsError(400, 'invalid_parameter', `Parameter "${name}" must be ${allowed}`)
}
