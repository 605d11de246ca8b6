import { Type, type Static } from 'typebox'
import { Cents, Day, Id, Instant } from './common.ts'

export const FeedbackBody = Type.Object(
  {
    recommendationId: Id,
    brought: Type.Integer({ minimum: 0, maximum: 100_000 }),
    sold: Type.Integer({ minimum: 0, maximum: 100_000 }),
    priceCents: Type.Optional(Cents),
    rating: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
    comment: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type FeedbackBody = Static<typeof FeedbackBody>

export const Feedback = Type.Object({
  id: Id,
  recommendationId: Id,
  productName: Type.String(),
  marketDate: Day,
  recommended: Type.Integer(),
  expectedDemand: Type.Number(),
  brought: Type.Integer(),
  sold: Type.Integer(),
  priceCents: Type.Union([Cents, Type.Null()]),
  rating: Type.Union([Type.Integer(), Type.Null()]),
  comment: Type.Union([Type.String(), Type.Null()]),
  /** Sold less expected, as a share of expected, in percent. */
  variancePercent: Type.Union([Type.Number(), Type.Null()]),
  submittedAt: Instant,
})
export type Feedback = Static<typeof Feedback>

export const FeedbackStats = Type.Object({
  total: Type.Integer(),
  averageRating: Type.Union([Type.Number(), Type.Null()]),
  /** Sum of |sold - expected| over sum of sold, in percent. */
  wapePercent: Type.Union([Type.Number(), Type.Null()]),
  /** Share of days on which demand lay inside the 80 % interval, in percent. */
  intervalCoveragePercent: Type.Union([Type.Number(), Type.Null()]),
  overstockPercent: Type.Union([Type.Number(), Type.Null()]),
  understockPercent: Type.Union([Type.Number(), Type.Null()]),
})
export type FeedbackStats = Static<typeof FeedbackStats>
