import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  activateForecastModel,
  activeModelVersion,
  addFeedback,
  createProduct,
  createVenue,
  feedbackStats,
  findActiveModel,
  latestRecommendationSet,
  listFeedback,
  saveRecommendationSet,
  type MarketprepTransaction,
} from '../src/data/index.ts'
import { exampleSet } from './example-set.ts'
import { cursorKey, startTestDatabase, type TestDatabase } from './test-database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

const venueBody = {
  name: 'Plaza',
  latitude: 41.9,
  longitude: -87.6,
  timeZone: 'America/Chicago',
  marketWeekdays: [6],
}

/** A set with a number of products. */
async function makeSet(tx: MarketprepTransaction, products: number) {
  const venue = await createVenue(tx, venueBody)
  const ids: string[] = []
  for (let i = 0; i < products; i++) {
    ids.push((await createProduct(tx, { name: `Product ${i}`, priceCents: 300 })).id)
  }
  return saveRecommendationSet(tx, exampleSet(venue.id, ids))
}

test('saveRecommendationSet: the newest set of the day is read back as it was stored', async () => {
  const vendor = await db.addVendor('Sets')
  const stored = await db.as(vendor, (tx) => makeSet(tx, 3))
  expect(stored.venueName).toBe('Plaza')
  expect(new Set(stored.recommendations.map(({ id }) => id)).size).toBe(3)
  const day = { venueId: stored.venueId, marketDate: '2026-06-13' }
  expect(await db.as(vendor, (tx) => latestRecommendationSet(tx, day))).toEqual(stored)

  const again = { ...exampleSet(stored.venueId, []), summary: 'Again.', weather: null, modelVersion: null }
  await db.as(vendor, (tx) => saveRecommendationSet(tx, again))
  const latest = await db.as(vendor, (tx) => latestRecommendationSet(tx, day))
  expect(latest).toEqual({ ...again, venueName: 'Plaza', recommendations: [] })
})

test('saveRecommendationSet: old sets of a day go, those with feedback stay', async () => {
  const vendor = await db.addVendor('OldSets')
  const [first, second] = await db.as(vendor, async (tx) => {
    const set = await makeSet(tx, 1)
    const productIds = set.recommendations.map(({ productId }) => productId)
    const sets = [set]
    for (let i = 0; i < 8; i++)
      sets.push(await saveRecommendationSet(tx, exampleSet(set.venueId, productIds)))
    return sets.map(({ recommendations }) => recommendations[0]?.id ?? '')
  })
  const submit = (recommendationId = '') =>
    db.as(vendor, (tx) =>
      addFeedback(tx, { recommendationId, brought: 1, sold: 1 }, '2026-06-14T08:00:00.000Z'),
    )
  await expect(submit(first)).rejects.toMatchObject({ code: 'ERR_RECOMMENDATION_NOT_FOUND' })
  await expect(submit(second)).rejects.toMatchObject({ code: 'ERR_RECOMMENDATION_NOT_FOUND' })

  const kept = await db.as(vendor, async (tx) => {
    const { venueId, recommendations } = await latest(tx)
    const recommendationId = recommendations[0]?.id ?? ''
    await addFeedback(tx, { recommendationId, brought: 1, sold: 1 }, '2026-06-14T08:00:00.000Z')
    for (let i = 0; i < 8; i++) await saveRecommendationSet(tx, exampleSet(venueId, []))
    return (await listFeedback(tx, { cursorKey })).items
  })
  expect(kept).toHaveLength(1)
})

async function latest(tx: MarketprepTransaction) {
  const venue = await tx.selectFrom('marketprep.venues').select('id').executeTakeFirstOrThrow()
  const set = await latestRecommendationSet(tx, { venueId: venue.id, marketDate: '2026-06-13' })
  if (set === undefined) throw new Error('There is no set')
  return set
}

test('addFeedback: stored once, with its variance; a second is refused', async () => {
  const vendor = await db.addVendor('Once')
  const set = await db.as(vendor, (tx) => makeSet(tx, 1))
  const body = {
    recommendationId: set.recommendations[0]?.id ?? '',
    brought: 12,
    sold: 9,
    rating: 4,
    comment: 'Wet, but "fine"',
  }
  const stored = await db.as(vendor, (tx) => addFeedback(tx, body, '2026-06-14T08:00:00.123Z'))
  expect(stored).toEqual({
    ...body,
    id: expect.any(String),
    productName: 'Product 0',
    marketDate: '2026-06-13',
    recommended: 12,
    expectedDemand: 10.5,
    priceCents: null,
    variancePercent: -14.3,
    submittedAt: '2026-06-14T08:00:00.123Z',
  })
  const again = (tx: MarketprepTransaction) =>
    addFeedback(tx, { ...body, sold: 1 }, '2026-06-15T08:00:00.000Z')
  await expect(db.as(vendor, again)).rejects.toMatchObject({ code: 'ERR_FEEDBACK_EXISTS', status: 409 })
  expect((await db.as(vendor, (tx) => listFeedback(tx, { cursorKey }))).items).toEqual([stored])
  expect((await db.as(vendor, latest)).recommendations[0]?.feedbackGiven).toBe(true)
})

test('listFeedback: newest first, every one once over all pages, also at one instant', async () => {
  const vendor = await db.addVendor('FeedbackPages')
  const set = await db.as(vendor, (tx) => makeSet(tx, 12))
  await db.as(vendor, async (tx) => {
    for (const [i, { id }] of set.recommendations.entries()) {
      const at = `2026-06-14T08:00:0${Math.floor(i / 4)}.000Z`
      await addFeedback(tx, { recommendationId: id, brought: i, sold: i }, at)
    }
  })
  const seen: string[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const read: string | null | undefined = cursor
    const page = await db.as(vendor, (tx) => listFeedback(tx, { cursorKey, cursor: read, limit: 5 }))
    seen.push(...page.items.map(({ submittedAt, id }) => `${submittedAt} ${id}`))
    cursor = page.nextCursor
  }
  expect(new Set(seen).size).toBe(12)
  expect(seen).toEqual([...seen].sort().reverse())
})

test('feedbackStats: WAPE, coverage, overstock and understock as documented', async () => {
  const vendor = await db.addVendor('FeedbackStats')
  const set = await db.as(vendor, (tx) => makeSet(tx, 6))
  // Each is expected to sell 10.5, between 7 and 14.
  const reports = [
    { brought: 12, sold: 10, rating: 5 },
    { brought: 20, sold: 20, rating: 2 },
    { brought: 12, sold: 2 },
    { brought: 5, sold: 5 },
    { brought: 12, sold: 12 },
    { brought: 0, sold: 0 },
  ]
  await db.as(vendor, async (tx) => {
    for (const [i, { id }] of set.recommendations.entries()) {
      const report = reports[i] ?? { brought: 0, sold: 0 }
      await addFeedback(tx, { recommendationId: id, ...report }, '2026-06-14T08:00:00.000Z')
    }
  })
  expect(await db.as(vendor, (tx) => feedbackStats(tx, '2026-06-01'))).toEqual({
    total: 6,
    averageRating: 3.5,
    wapePercent: Math.round((1000 * (0.5 + 9.5 + 8.5 + 5.5 + 1.5 + 10.5)) / 49) / 10,
    // Inside: the first and the fifth. Outside: the second and the third. The two that sold out below 7 say nothing.
    intervalCoveragePercent: 50,
    overstockPercent: 20,
    understockPercent: 60,
  })
  expect(await db.as(vendor, (tx) => feedbackStats(tx, '2026-06-14'))).toEqual({
    total: 0,
    averageRating: null,
    wapePercent: null,
    intervalCoveragePercent: null,
    overstockPercent: null,
    understockPercent: null,
  })
})

test('activateForecastModel: the newest is active and five are kept', async () => {
  const vendor = await db.addVendor('Models')
  expect(await db.as(vendor, findActiveModel)).toBeUndefined()
  expect(await db.as(vendor, activeModelVersion)).toBeUndefined()
  const model = (n: number) => ({
    version: `v${n}`,
    trainedAt: `2026-06-0${n}T00:00:00.000Z`,
    metrics: { wape: 20 + n },
    body: { trees: [[1, 2.5, null]], text: 'ü'.repeat(1_000) },
  })
  for (let n = 1; n <= 8; n++) await db.as(vendor, (tx) => activateForecastModel(tx, model(n)))
  expect(await db.as(vendor, findActiveModel)).toEqual(model(8))
  expect(await db.as(vendor, activeModelVersion)).toBe('v8')
  const kept = await db.as(vendor, (tx) =>
    tx.selectFrom('marketprep.forecast_models').select('version').orderBy('version').execute(),
  )
  expect(kept.map(({ version }) => version)).toEqual(['v4', 'v5', 'v6', 'v7', 'v8'])
})
