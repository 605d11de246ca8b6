import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  activateForecastModel,
  activeModelVersion,
  addDays,
  createProduct,
  squareNames,
} from '../src/data/index.ts'
import { dayIn } from '../src/market-days.ts'
import { startRig, type Rig } from './marketprep-rig.ts'

let rig: Rig
let seller: string
let venueId: string
beforeAll(async () => {
  rig = await startRig({ square: { historyWeeks: 30 } })
  seller = await rig.addSeller('Hillside')
  await rig.parts.learning.synchroniseNow(seller)
  const [venue] = (await rig.db.as(seller, squareNames)).venues.values()
  venueId = venue?.id ?? ''
}, 60_000)
afterEach(() => {
  for (const name of ['square', 'open-meteo', 'events'] as const) rig.simulators.setFault(name, undefined)
  for (const name of ['square', 'weather', 'events', 'model'] as const) {
    rig.parts.dependencies[name].clearFault()
    rig.parts.dependencies[name].reset()
  }
})
afterAll(() => rig[Symbol.asyncDispose]())

const inDays = (days: number) => addDays(dayIn('America/New_York', rig.clock.wallTime()), days)
const notesOf = (sources: readonly { dependency: string; note: string | null }[]) =>
  Object.fromEntries(sources.map(({ dependency, note }) => [dependency, note]))

test('recommend: baseline and reasons add up to the expected demand as shown, and all is live', async () => {
  const { set, scope } = await rig.recommend(seller, { venueId, marketDate: inDays(3) })
  expect(set.recommendations).toHaveLength(8)
  for (const { baseline, reasons, expectedDemand, quantity, interval80 } of set.recommendations) {
    const tenths = [baseline, ...reasons.map(({ units }) => units)].map((units) => Math.round(units * 10))
    expect(tenths.reduce((sum, each) => sum + each, 0)).toBe(Math.round(expectedDemand * 10))
    for (const value of [baseline, expectedDemand]) expect(Math.round(value * 10) / 10).toBe(value)
    expect(interval80.low).toBeLessThanOrEqual(interval80.high)
    expect(quantity).toBeGreaterThanOrEqual(0)
  }
  expect([set.serviceLevel, scope.level()]).toEqual(['full', 'full'])
  expect(set.sources.map(({ dependency, source }) => `${dependency}: ${source}`).sort()).toEqual([
    'events: live',
    'model: live',
    'square: live',
    'weather: live',
  ])
  expect(set.modelVersion).toBe(await rig.db.as(seller, activeModelVersion))
  const quantities = set.recommendations.map(({ quantity }) => quantity)
  expect(quantities).toEqual(quantities.toSorted((a, b) => b - a))
  expect(set.summary).toMatch(/^\w+day: bring [\d,]+ items?, .+, -?\d+ °C\.$/)
})

test('recommend: with everything outside down it still answers, and names each source', async () => {
  const known = { venueId, marketDate: inDays(4) }
  await rig.recommend(seller, known)
  for (const name of ['square', 'open-meteo', 'events'] as const)
    rig.simulators.setFault(name, { kind: 'down' })
  rig.parts.dependencies.model.setFault({ kind: 'error' })
  const { set } = await rig.recommend(seller, { venueId, marketDate: inDays(5) })
  expect(set.serviceLevel).toBe('degraded')
  expect(set.modelVersion).toBeNull()
  const since = String.raw` since \d\d:\d\d$`
  expect(notesOf(set.sources)).toEqual({
    weather: expect.stringMatching(`^Weather: climate normals, forecast unavailable${since}`),
    events: expect.stringMatching(`^Events: not taken into account, calendar unavailable${since}`),
    square: expect.stringMatching(
      `^Square: sales up to the last synchronisation, Square unavailable${since}`,
    ),
    model: expect.stringMatching(
      `^Prediction: rule of thumb from recent sales, trained model unavailable${since}`,
    ),
  })
  for (const source of set.sources) expect(source.unavailableSince).not.toBeNull()
  expect(set.summary).toMatch(/, usually (dry|wet), -?\d+ °C\.$/)

  const again = await rig.recommend(seller, known)
  expect(notesOf(again.set.sources)['weather']).toMatch(/^Weather: the last forecast we got, /)
})

test('recommend: each of them hanging ends within the declared deadline', async () => {
  for (const name of ['square', 'open-meteo', 'events'] as const)
    rig.simulators.setFault(name, { kind: 'hang' })
  const startedAt = performance.now()
  const { set } = await rig.recommend(seller, { venueId, marketDate: inDays(6) })
  expect(performance.now() - startedAt).toBeLessThan(2_500)
  expect(set.sources.filter(({ degraded }) => degraded)).toHaveLength(3)
})

test('recommend: a day beyond the forecast says so, and holds it against nobody', async () => {
  const { set } = await rig.recommend(seller, { venueId, marketDate: inDays(30) })
  expect(notesOf(set.sources)['weather']).toBe(
    'Weather: climate normals, the day is too far ahead for a forecast',
  )
  expect(set.sources.find(({ dependency }) => dependency === 'weather')?.unavailableSince).toBeNull()
  expect(rig.parts.dependencies.weather.status().state).not.toBe('down')
})

test('recommend: a vendor without Square, sales and model gets the rule of thumb and a true note', async () => {
  const vendor = await rig.db.addVendor('Newcomer')
  const venue = await rig.addVenue(vendor, 'New place')
  const none = await rig.recommend(vendor, { venueId: venue, marketDate: inDays(2) })
  expect(none.set.recommendations).toEqual([])
  expect(none.set.summary).toMatch(/day: nothing to recommend, there are no products yet\.$/)

  await rig.db.as(vendor, (tx) => createProduct(tx, { name: 'Plums', priceCents: 500 }))
  const { set } = await rig.recommend(vendor, { venueId: venue, marketDate: inDays(2) })
  expect(set.recommendations).toHaveLength(1)
  expect(set.sources.map(({ dependency }) => dependency).sort()).toEqual(['events', 'model', 'weather'])
  expect(notesOf(set.sources)['model']).toBe(
    'Prediction: rule of thumb from recent sales, no model has been trained yet',
  )
  expect(rig.parts.dependencies.model.status().state).not.toBe('impaired')
})

test('recommend: a vendor whose first synchronisation runs is told so', async () => {
  const vendor = await rig.addSeller('Connecting')
  const venue = await rig.addVenue(vendor, 'Corner')
  const { set } = await rig.recommend(vendor, { venueId: venue, marketDate: inDays(2) })
  expect(notesOf(set.sources)['square']).toBe('Square: no sales yet, the first synchronisation has not ended')
})

test('recommend: a damaged model is a failure of the model, and the rule of thumb answers', async () => {
  const vendor = await rig.db.addVendor('Damaged')
  const venue = await rig.addVenue(vendor, 'Damaged place')
  const trainedAt = new Date(rig.clock.wallTime()).toISOString()
  await rig.db.as(vendor, async (tx) => {
    await createProduct(tx, { name: 'Pears', priceCents: 500 })
    await activateForecastModel(tx, { version: 'v1', trainedAt, metrics: {}, body: '{"version":1}' })
  })
  const { set } = await rig.recommend(vendor, { venueId: venue, marketDate: inDays(2) })
  expect(set.modelVersion).toBeNull()
  expect(notesOf(set.sources)['model']).toMatch(/trained model unavailable since/)
  expect(rig.parts.dependencies.model.status().state).toBe('impaired')
  // The probe asks what a model answered last, so that one vendor's damage is not everybody's.
  await rig.recommend(seller, { venueId, marketDate: inDays(3) })
  expect(await rig.parts.dependencies.model.probe()).toBe(true)
})

test.each([-1, 61])('recommend: a day %i days ahead is refused with the field', async (days) => {
  await expect(rig.recommend(seller, { venueId, marketDate: inDays(days) })).rejects.toMatchObject({
    code: 'ERR_MARKET_DATE',
    status: 422,
    details: { field: 'marketDate', first: inDays(0), last: inDays(60) },
  })
})

test("recommend: another vendor's venue is not found", async () => {
  const other = await rig.db.addVendor('Stranger')
  await expect(rig.recommend(other, { venueId, marketDate: inDays(2) })).rejects.toMatchObject({
    status: 404,
  })
})

test("recommend: the caller's abort stops the work and stores nothing", async () => {
  rig.simulators.setFault('open-meteo', { kind: 'hang' })
  const stop = new AbortController()
  const asked = rig.recommend(seller, { venueId, marketDate: inDays(7), signal: stop.signal })
  const startedAt = performance.now()
  stop.abort(new Error('gone'))
  await expect(asked).rejects.toThrow('gone')
  expect(performance.now() - startedAt).toBeLessThan(500)
  const sets = await rig.db.as(seller, (tx) =>
    tx.selectFrom('marketprep.recommendation_sets').select('market_date').execute(),
  )
  expect(sets.map(({ market_date }) => String(market_date))).not.toContain(inDays(7))
})

test('recommend: fifty at once are answered in full', async () => {
  const ask = () => rig.recommend(seller, { venueId, marketDate: inDays(8) })
  const answers = await Promise.all(Array.from({ length: 50 }, ask))
  const first = answers[0]?.set.recommendations.map(({ quantity }) => quantity)
  for (const { set } of answers) {
    expect(set.recommendations.map(({ quantity }) => quantity)).toEqual(first)
    expect(set.modelVersion).not.toBeNull()
  }
})

test('recommend: the level of the set is the worst that it is made of', async () => {
  rig.simulators.setFault('events', { kind: 'garbage' })
  const { set, scope } = await rig.recommend(seller, { venueId, marketDate: inDays(9) })
  expect([set.serviceLevel, scope.level()]).toEqual(['degraded', 'degraded'])
  expect(set.events).toEqual([])
})

// Last, because the calendar stays where it was moved.
test.each([
  ['UTC', '2026-06-16T23:59:30Z'],
  ['New York', '2026-06-17T03:59:30Z'],
  ['New York, in the night to winter time', '2026-11-01T03:59:30Z'],
])('recommend: the last forecast we got is still there after midnight in %s', async (_place, instant) => {
  rig.clock.moveTo(instant)
  const known = { venueId, marketDate: inDays(4) }
  await rig.recommend(seller, known)
  rig.simulators.setFault('open-meteo', { kind: 'down' })
  rig.clock.shift(60_000)
  const { set } = await rig.recommend(seller, known)
  expect(notesOf(set.sources)['weather']).toMatch(/^Weather: the last forecast we got, /)
})
