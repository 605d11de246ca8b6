import { Type, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { Session } from '../../contract/account.ts'
import { Product, Venue } from '../../contract/catalogue.ts'
import { Feedback, FeedbackStats } from '../../contract/feedback.ts'
import { MarketDay, RecommendationSet } from '../../contract/recommendation.ts'
import { ImportReport, SalesStats, SquareStatus } from '../../contract/sales.ts'
import * as data from './stub-data.ts'

const venueId = data.stubVenues[0]?.id ?? ''
const answers: readonly (readonly [string, TSchema, unknown])[] = [
  ['session', Session, data.stubSession],
  ['venues', Type.Array(Venue), data.stubVenues],
  ['products', Type.Array(Product), data.stubProducts],
  ['market days', Type.Array(MarketDay), data.stubDays],
  ['recommendations', RecommendationSet, data.stubSet('2026-06-13', venueId, false)],
  ['degraded recommendations', RecommendationSet, data.stubSet('2026-06-13', venueId, true)],
  ['feedback', Type.Array(Feedback), data.stubFeedback],
  ['feedback statistics', FeedbackStats, data.stubFeedbackStats],
  ['sales', SalesStats, data.stubSales],
  ['square', SquareStatus, data.stubSquare(true)],
  ['import', ImportReport, data.stubImport('check', true)],
]

test.each(answers)('stub: %s keep to the contract', (_, schema, value) => {
  expect([...Value.Errors(schema, value)]).toEqual([])
})
