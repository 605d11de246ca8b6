import { Type, type Static } from 'typebox'
import { Cents, Day, Id, Instant, ServiceLevel, Source } from './common.ts'

/** One cause of the prediction. The units of all reasons and the baseline add up to the expected demand. */
export const Reason = Type.Object({
  group: Type.String({ examples: ['weather'] }),
  label: Type.String({ examples: ['Rain likely (12 mm)'] }),
  units: Type.Number({ examples: [-4.2] }),
})
export type Reason = Static<typeof Reason>

export const Recommendation = Type.Object({
  id: Id,
  productId: Id,
  productName: Type.String(),
  category: Type.String(),
  priceCents: Cents,
  /** How many to bring. */
  quantity: Type.Integer({ minimum: 0 }),
  expectedDemand: Type.Number({ minimum: 0 }),
  /** The demand lies between these in 80 of 100 such days. */
  interval80: Type.Object({ low: Type.Integer(), high: Type.Integer() }),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  confidenceLabel: Type.Union([Type.Literal('high'), Type.Literal('medium'), Type.Literal('low')]),
  /** What a usual day sells: where the reasons start from. */
  baseline: Type.Number(),
  reasons: Type.Array(Reason),
  expectedRevenueCents: Type.Integer(),
  feedbackGiven: Type.Boolean(),
})
export type Recommendation = Static<typeof Recommendation>

export const RecommendBody = Type.Object({ marketDate: Day, venueId: Id }, { additionalProperties: false })
export type RecommendBody = Static<typeof RecommendBody>

export const RecommendationSet = Type.Object({
  marketDate: Day,
  venueId: Id,
  venueName: Type.String(),
  serviceLevel: ServiceLevel,
  /** One sentence that answers the question: "Saturday: bring 134 items, rain likely." */
  summary: Type.String(),
  generatedAt: Instant,
  /** The version of the trained model, or null when the heuristic answered. */
  modelVersion: Type.Union([Type.String(), Type.Null()]),
  weather: Type.Union([
    Type.Object({
      temperatureMaxC: Type.Number(),
      precipitationMm: Type.Number(),
      description: Type.String({ examples: ['Rain'] }),
    }),
    Type.Null(),
  ]),
  events: Type.Array(Type.Object({ name: Type.String(), attendance: Type.Integer() })),
  sources: Type.Array(Source),
  recommendations: Type.Array(Recommendation),
})
export type RecommendationSet = Static<typeof RecommendationSet>

/** A day on which a venue holds its market. */
export const MarketDay = Type.Object({ date: Day, venueId: Id, venueName: Type.String() })
export type MarketDay = Static<typeof MarketDay>
