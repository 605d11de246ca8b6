import { createHash } from 'node:crypto'
import { jsonResponse, type SimulatedResponse } from '../http/exchange.ts'
import { parseJson } from '../http/read-body.ts'
import { dayNumber, isoDate } from '../world/iso-date.ts'
import type { Vendor } from '../world/vendors.ts'
import type { Venue } from '../world/venues.ts'
import { locationIdOf } from './merchants.ts'
import type { BookedOrder, OrderBook } from './order-book.ts'
import { type OrderQuery, type OrderTimeField, readOrderQuery } from './order-query.ts'
import { badField, unauthorized } from './square-error.ts'

/** Where a page ends: the next one starts at an order of a day, and sees what the first page saw. */
interface Position {
  readonly query: string
  readonly asOfMs: number
  readonly day: number
  readonly offset: number
}

interface SearchContext {
  readonly vendor: Vendor
  readonly venues: readonly Venue[]
  readonly book: OrderBook
  readonly nowMs: number
  readonly historyWeeks: number
}

const dayMs = 86_400_000

/** POST /v2/orders/search */
export function searchOrders(body: string, context: SearchContext): SimulatedResponse {
  const query = readOrderQuery(body)
  const venues = venuesOf(query, context)
  const { orders, next } = readPage(query, venues, context)
  const page = query.returnEntries
    ? {
        order_entries: orders.map(({ id, version, location_id }) => ({ order_id: id, version, location_id })),
      }
    : { orders }
  return jsonResponse(200, {
    ...(orders.length > 0 ? page : {}),
    ...(next === undefined ? {} : { cursor: Buffer.from(JSON.stringify(next)).toString('base64url') }),
  })
}

function readPage(
  query: OrderQuery,
  venues: readonly Venue[],
  context: SearchContext,
): { readonly orders: readonly BookedOrder['order'][]; readonly next: Position | undefined } {
  const { first, last } = daysOf(query, context)
  const start = positionOf(query, context) ?? {
    query: hash(query),
    asOfMs: context.nowMs,
    day: query.descending ? last : first,
    offset: 0,
  }
  const orders: BookedOrder['order'][] = []
  const step = query.descending ? -1 : 1
  let offset = start.offset
  // Market hours lie within one UTC day, so days in order and orders in order within a day are orders in order.
  for (let day = start.day; day >= first && day <= last; day += step) {
    const matching = ordersOf(day, query, { ...context, venues, asOfMs: start.asOfMs })
    for (; offset < matching.length; offset++) {
      if (orders.length === query.limit) return { orders, next: { ...start, day, offset } }
      const match = matching[offset]
      if (match !== undefined) orders.push(match.order)
    }
    offset = 0
  }
  return { orders, next: undefined }
}

function ordersOf(
  day: number,
  query: OrderQuery,
  { vendor, venues, book, asOfMs }: SearchContext & { readonly asOfMs: number },
): readonly BookedOrder[] {
  const endMs = query.endMs ?? asOfMs
  const matching = venues
    .flatMap((venue) => book.on({ vendor, venue, date: isoDate(day) }))
    .filter((booked) => {
      const timeMs = timeOf(booked, query.field)
      return (
        booked.visibleMs <= asOfMs &&
        timeMs >= query.startMs &&
        timeMs <= endMs &&
        (query.states?.includes(booked.order.state) ?? true)
      )
    })
    .sort((a, b) => timeOf(a, query.field) - timeOf(b, query.field))
  return query.descending ? matching.reverse() : matching
}

/** The days that can hold a match: never more than the history, whatever range is asked for. */
function daysOf(
  query: OrderQuery,
  { nowMs, historyWeeks }: SearchContext,
): { readonly first: number; readonly last: number } {
  const today = dayNumber(isoDate(nowMs / dayMs))
  const from = Number.isFinite(query.startMs) ? Math.floor(query.startMs / dayMs) : Number.NEGATIVE_INFINITY
  const to = query.endMs === undefined ? today : Math.floor(query.endMs / dayMs)
  return { first: Math.max(from, today - historyWeeks * 7), last: Math.min(to, today) }
}

function venuesOf(query: OrderQuery, { vendor, venues }: SearchContext): readonly Venue[] {
  const own = new Map(venues.map((venue) => [locationIdOf(vendor, venue), venue]))
  return [...new Set(query.locationIds)].map((id) => {
    const venue = own.get(id)
    if (venue === undefined) {
      throw unauthorized('FORBIDDEN', 'You have insufficient permissions to perform that action.', 403)
    }
    return venue
  })
}

function positionOf(query: OrderQuery, { nowMs }: SearchContext): Position | undefined {
  if (query.cursor === undefined) return undefined
  const read = parseJson(Buffer.from(query.cursor.slice(0, 1_000), 'base64url').toString())
  const position = read as Partial<Position> | undefined
  const whole = [position?.day, position?.offset].every((each) => Number.isInteger(each) && Number(each) >= 0)
  const asOfMs = position?.asOfMs
  if (!whole || typeof asOfMs !== 'number' || asOfMs > nowMs || position?.query !== hash(query)) {
    throw badField('cursor', 'INVALID_CURSOR', 'The pagination cursor is not valid for this query.')
  }
  return position as Position
}

function timeOf(booked: BookedOrder, field: OrderTimeField): number {
  return field === 'CREATED_AT' ? booked.createdMs : booked.closedMs
}

function hash({ fingerprint }: OrderQuery): string {
  return createHash('sha256').update(fingerprint).digest('base64url').slice(0, 16)
}
