import { callerSignal, httpError, principalOf, type HttpServer } from '@seaworthy/fastify'
import type { FastifyRequest } from 'fastify'
import type { Clock } from 'seaworthy/core'
import type { Scope } from 'seaworthy/service'
import { Type } from 'typebox'
import { Day, Id } from '../contract/common.ts'
import { MarketDay, RecommendationSet, RecommendBody } from '../contract/recommendation.ts'
import { isTimeZone } from '../contract/time-zone.ts'
import { latestRecommendationSet, listVenues } from '../data/index.ts'
import { comingMarketDays } from '../market-days.ts'
import { recommend, type RecommendOptions } from '../recommend/recommend.ts'
import { recommendError } from '../recommend/recommend-errors.ts'
import type { Store } from '../store.ts'

export interface RecommendationRoutesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly cursorKey: string
  readonly recommending: RecommendOptions
}

/** Venues whose market days are listed; more than any vendor stands at. */
const venuesMax = 100

/** Market days, and what to bring to them. */
export function recommendationRoutes(scope: HttpServer, options: RecommendationRoutesOptions): void {
  const { store, clock, cursorKey, recommending } = options
  const tags = ['recommendations']

  scope.get(
    '/market-days',
    {
      config: { capability: 'catalogue' },
      schema: {
        tags,
        summary: 'The coming market days',
        querystring: Type.Object({
          days: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, default: 28 })),
        }),
        response: { 200: Type.Object({ items: Type.Array(MarketDay) }) },
      },
    },
    async (request) => {
      const list = { limit: venuesMax, cursorKey }
      const vendorId = principalOf(request).subject
      const venues = await store.vendor(vendorId, (tx) => listVenues(tx, list), { readOnly: true })
      // Square's locations come with a time zone of their own, which nobody has checked.
      const known = venues.items.filter(({ timeZone }) => isTimeZone(timeZone))
      return { items: [...comingMarketDays(known, request.query.days ?? 28, clock.wallTime())] }
    },
  )

  scope.post(
    '/recommendations',
    {
      config: { capability: 'recommend', deadline: '10s' },
      schema: {
        tags,
        summary: 'What to bring to a market day',
        body: RecommendBody,
        response: { 200: RecommendationSet },
      },
    },
    (request, reply) =>
      recommend(recommending, {
        vendorId: principalOf(request).subject,
        body: request.body,
        scope: scopeOf(request),
        signal: callerSignal(request, reply),
      }),
  )

  scope.get(
    '/recommendations',
    {
      config: { capability: 'catalogue' },
      schema: {
        tags,
        summary: 'The newest recommendations that were made for a market day',
        querystring: Type.Object({ marketDate: Day, venueId: Id }),
        response: { 200: RecommendationSet },
      },
    },
    async (request) => {
      const vendorId = principalOf(request).subject
      const set = await store.vendor(vendorId, (tx) => latestRecommendationSet(tx, request.query), {
        readOnly: true,
      })
      if (set !== undefined) return set
      throw recommendError(
        'ERR_NO_RECOMMENDATION',
        'Cannot find recommendations: none were made for this day and venue',
      )
    },
  )
}

function scopeOf(request: FastifyRequest): Scope {
  if (request.scope !== undefined) return request.scope
  throw httpError('ERR_INTERNAL', 'Cannot recommend: the route must run under a capability')
}
