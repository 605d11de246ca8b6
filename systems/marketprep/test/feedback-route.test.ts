import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, createProduct, createVenue, saveRecommendationSet } from '../src/data/index.ts'
import { dayIn } from '../src/market-days.ts'
import { exampleSet } from './example-set.ts'
import { startHttpRig, type HttpRig } from './http-rig.ts'

let http: HttpRig
beforeAll(async () => {
  http = await startHttpRig()
}, 120_000)
afterAll(() => http[Symbol.asyncDispose]())

// The two are always a day apart, so that a day can be come in one and still to come in the other.
const early = 'Pacific/Kiritimati'
const late = 'Pacific/Pago_Pago'

/** A vendor with one recommendation for a day at a venue. */
async function recommended(name: string, timeZone: string, marketDate: string) {
  const { token, vendorId } = await http.signUp(name)
  const set = await http.rig.db.as(vendorId, async (tx) => {
    const place = { latitude: 0, longitude: -160, marketWeekdays: [6] }
    const venue = await createVenue(tx, { name: 'Beach', timeZone, ...place })
    const product = await createProduct(tx, { name: 'Mango', priceCents: 100 })
    return saveRecommendationSet(tx, { ...exampleSet(venue.id, [product.id]), marketDate })
  })
  const recommendationId = set.recommendations[0]?.id ?? ''
  return (amounts: { brought: number; sold: number }) =>
    http.ask('POST', '/api/feedback', { token, body: { recommendationId, ...amounts } })
}

const today = (timeZone: string) => dayIn(timeZone, http.rig.clock.wallTime())

test('POST /feedback: more sold than brought is refused at its field', async () => {
  const give = await recommended('Amounts', early, today(early))
  expect(await give({ brought: 12, sold: 13 })).toMatchObject({
    status: 422,
    body: {
      code: 'ERR_SOLD_BEYOND_BROUGHT',
      errors: [{ field: 'body/sold', message: 'must be at most 12, as brought' }],
    },
  })
  expect(await give({ brought: 12, sold: 12 })).toMatchObject({ status: 201 })
})

test("POST /feedback: a day still to come is refused, by the venue's own calendar", async () => {
  const date = today(early)
  expect(date > today(late)).toBe(true)
  const tooSoon = await recommended('Soon', late, date)
  expect(await tooSoon({ brought: 1, sold: 1 })).toMatchObject({
    status: 422,
    body: {
      code: 'ERR_MARKET_NOT_HELD',
      errors: [{ field: 'body/recommendationId', message: expect.stringContaining(today(late)) }],
    },
  })
  const there = await recommended('There', early, date)
  expect(await there({ brought: 1, sold: 1 })).toMatchObject({ status: 201 })
  const tomorrow = await recommended('Tomorrow', early, addDays(date, 1))
  expect(await tomorrow({ brought: 1, sold: 1 })).toMatchObject({ status: 422 })
})

test('POST /feedback: at a venue of an unknown time zone the day of UTC counts', async () => {
  const give = await recommended('Crater', 'Mars/Phobos', addDays(today('UTC'), -1))
  expect(await give({ brought: 1, sold: 1 })).toMatchObject({ status: 201 })
})
