import { principalOf, type HttpServer } from '@seaworthy/fastify'
import type { Clock } from 'seaworthy/core'
import { Page } from '../contract/common.ts'
import { Feedback, FeedbackBody, FeedbackStats } from '../contract/feedback.ts'
import { addDays, addFeedback, feedbackStats, listFeedback, marketOf } from '../data/index.ts'
import { dayIn } from '../market-days.ts'
import type { Store } from '../store.ts'
import { checkAmounts, checkHeld } from './check-feedback.ts'
import { ListQuery, pageAnswer } from './list-query.ts'

export interface FeedbackRoutesOptions {
  readonly store: Store
  readonly cursorKey: string
  readonly clock: Clock
}

/** How far back the statistics go. */
const statsDays = 365

/** What was brought and sold, after the market. */
export function feedbackRoutes(scope: HttpServer, { store, cursorKey, clock }: FeedbackRoutesOptions): void {
  const config = { capability: 'feedback' } as const
  const tags = ['feedback']

  scope.post(
    '/feedback',
    {
      config,
      schema: {
        tags,
        summary: 'Report what was brought and sold; once for each recommendation',
        body: FeedbackBody,
        response: { 201: Feedback },
      },
    },
    async (request, reply) => {
      const { body } = request
      checkAmounts(body)
      const now = clock.wallTime()
      const feedback = await store.vendor(principalOf(request).subject, async (tx) => {
        const market = await marketOf(tx, body.recommendationId)
        // An unknown recommendation is refused where the feedback would be stored.
        if (market !== undefined) checkHeld(market, now)
        return addFeedback(tx, body, new Date(now).toISOString())
      })
      return reply.code(201).send(feedback)
    },
  )

  scope.get(
    '/feedback',
    {
      config,
      schema: {
        tags,
        summary: 'Feedback, newest first',
        querystring: ListQuery,
        response: { 200: Page(Feedback) },
      },
    },
    async (request) => {
      const list = { ...request.query, cursorKey }
      const vendorId = principalOf(request).subject
      return pageAnswer(await store.vendor(vendorId, (tx) => listFeedback(tx, list), { readOnly: true }))
    },
  )

  scope.get(
    '/feedback/stats',
    {
      config,
      schema: { tags, summary: 'How good the recommendations were', response: { 200: FeedbackStats } },
    },
    (request) => {
      const since = addDays(dayIn('UTC', clock.wallTime()), -statsDays)
      return store.vendor(principalOf(request).subject, (tx) => feedbackStats(tx, since), { readOnly: true })
    },
  )
}
