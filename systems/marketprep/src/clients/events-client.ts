import type { Clock } from 'seaworthy/core'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { CallOptions } from './call-options.ts'
import { eachPage } from './each-page.ts'
import { HttpJson, type UpstreamProblem } from './http-json.ts'

export interface EventsClientOptions {
  readonly baseUrl: string
  /** How far from the place an event still counts, in kilometres. Default 8. */
  readonly radiusKm?: number
  readonly clock?: Clock
}

/** Where and when to look, first and last day included. */
export interface EventsQuery {
  readonly latitude: number
  readonly longitude: number
  readonly from: string
  readonly to: string
}

/** Something that brings people near a market. */
export interface NearbyEvent {
  readonly id: string
  readonly name: string
  /** YYYY-MM-DD. */
  readonly day: string
  readonly place: string
  readonly distanceKm: number
  /** Undefined when the calendar does not know. */
  readonly attendance: number | undefined
}

/** The values of {@link EventsClientOptions} that are left out. */
export const eventsClientDefaults = Object.freeze({ radiusKm: 8 })

/** 20 pages of 100: no town has more within the ranges that are asked for. */
const pagesMax = 20
const pageSize = 100

const EventsAnswer = Compile(
  Type.Object({
    events: Type.Array(
      Type.Object({
        id: Type.String({ minLength: 1 }),
        name: Type.String(),
        date: Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}$` }),
        place: Type.Optional(Type.String()),
        distance_km: Type.Number({ minimum: 0 }),
        expected_attendance: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
      }),
    ),
    next_cursor: Type.Union([Type.String(), Type.Null()]),
  }),
)
const Problem = Compile(Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) }))

/** The events calendar. Each call throws the codes of `clientErrors`. */
export class EventsClient {
  readonly #http: HttpJson
  readonly #radiusKm: number

  constructor({ baseUrl, radiusKm = eventsClientDefaults.radiusKm, clock }: EventsClientOptions) {
    this.#http = new HttpJson({
      service: 'the events calendar',
      baseUrl,
      describeError,
      ...(clock === undefined ? {} : { clock }),
    })
    this.#radiusKm = radiusKm
  }

  /** The events near a place, in order of their day. */
  async near(call: CallOptions, query: EventsQuery): Promise<readonly NearbyEvent[]> {
    const events: NearbyEvent[] = []
    for await (const page of eachPage((cursor) => this.#page(call, query, cursor), pagesMax)) {
      events.push(...page.events)
    }
    return events
  }

  async #page(
    call: CallOptions,
    { latitude, longitude, from, to }: EventsQuery,
    cursor: string | undefined,
  ): Promise<{ readonly events: readonly NearbyEvent[]; readonly cursor: string | undefined }> {
    const answer = await this.#http.send(call, {
      path: '/events',
      query: { lat: latitude, lon: longitude, radius_km: this.#radiusKm, from, to, limit: pageSize, cursor },
      answer: EventsAnswer,
    })
    const events = answer.events.map((event) => ({
      id: event.id,
      name: event.name,
      day: event.date,
      place: event.place ?? '',
      distanceKm: event.distance_km,
      attendance: event.expected_attendance ?? undefined,
    }))
    return { events, cursor: answer.next_cursor ?? undefined }
  }
}

function describeError(body: unknown): UpstreamProblem {
  if (!Problem.Check(body)) return { text: '' }
  const text = body.error.message.slice(0, 300)
  return { text, details: { code: body.error.code.slice(0, 100) } }
}
