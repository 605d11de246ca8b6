import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createLogger } from 'seaworthy/telemetry'
import { activeModelVersion, addDays, createProduct, upsertSales } from '../src/data/index.ts'
import { dayIn } from '../src/market-days.ts'
import { Training } from '../src/models/training.ts'
import { ForecastTrainer } from '../src/forecast/index.ts'
import { dayMs, startRig, type Rig } from './marketprep-rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ square: { historyWeeks: 2 } })
})
afterEach(() => {
  for (const name of ['open-meteo', 'events'] as const) rig.simulators.setFault(name, undefined)
  for (const name of ['weather', 'events'] as const) rig.parts.dependencies[name].reset()
})
afterAll(() => rig[Symbol.asyncDispose]())

const zone = 'America/New_York'
/** At the venues. */
const today = () => dayIn(zone, rig.clock.wallTime())
/** So many days late the weather of a day reaches the archive. */
const archiveDelayDays = 5
const versionOf = (vendorId: string) => rig.db.as(vendorId, activeModelVersion)

/** A vendor with one product, who sold it at one venue every seven days. */
async function addVendor(name: string, days: number): Promise<{ vendorId: string; venueId: string }> {
  const vendorId = await rig.db.addVendor(name)
  const venueId = await rig.addVenue(vendorId, `${name} place`)
  await sell(
    vendorId,
    venueId,
    Array.from({ length: days }, (_, index) => -7 * (index + 1)),
  )
  return { vendorId, venueId }
}

async function sell(vendorId: string, venueId: string, daysAgo: readonly number[]): Promise<void> {
  await rig.db.as(vendorId, async (tx) => {
    const known = await tx.selectFrom('marketprep.products').select('id').executeTakeFirst()
    const productId = known?.id ?? (await createProduct(tx, { name: 'Plums', priceCents: 400 })).id
    const lines = daysAgo.map((days) => {
      const soldOn = addDays(today(), days)
      return { sourceLine: soldOn, productId, venueId, soldOn, quantity: 8 - (days % 4), revenueCents: 3_200 }
    })
    await upsertSales(tx, 'csv', lines)
  })
}

const weatherDays = (vendorId: string) =>
  rig.db.as(vendorId, async (tx) => {
    const rows = await tx.selectFrom('marketprep.weather_days').select('day').orderBy('day').execute()
    return rows.map(({ day }) => String(day))
  })
const eventDays = (vendorId: string) =>
  rig.db.as(vendorId, async (tx) => {
    const { rows } = await sql<{ day: string }>`select day::text as day from marketprep.event_days`.execute(
      tx,
    )
    return rows
  })

test('learn: too few sales leave the rule of thumb', async () => {
  const { vendorId } = await addVendor('Few', 3)
  expect(await rig.parts.learning.learn(vendorId)).toBe('too-few')
  expect(await versionOf(vendorId)).toBeUndefined()
})

test('learn: an import is known to the model that follows it; calls at once share one training', async () => {
  const { vendorId, venueId } = await addVendor('Imports', 60)
  const { training } = rig.parts
  expect(await Promise.all([training.run(vendorId), training.run(vendorId)])).toEqual(['trained', 'trained'])
  const trained = () =>
    rig.log.filter((line) => line['event'] === 'training' && line['vendorId'] === vendorId)
  expect(trained()).toHaveLength(1)
  const first = await versionOf(vendorId)

  const running = training.run(vendorId)
  await new Promise((resolve) => setImmediate(resolve))
  await sell(vendorId, venueId, [-1, -2, -3])
  const after = [training.run(vendorId), training.run(vendorId)]
  expect(after[0]).toBe(after[1])
  expect(after[0]).not.toBe(running)
  await Promise.all([running, ...after])
  expect(trained().map((line) => line['sales'])).toEqual([60, expect.any(Number), 63])
  expect(await versionOf(vendorId)).not.toBe(first)
})

test('learn: a training that fails, or is refused because the service stops, leaves the model before', async () => {
  const { vendorId } = await addVendor('Fails', 60)
  await rig.parts.training.run(vendorId)
  const version = await versionOf(vendorId)
  expect(version).toBeDefined()
  const levels: string[] = []
  const logger = createLogger({ service: 'test', write: ({ level }) => void levels.push(level) })
  await using hasty = new ForecastTrainer({ timeLimit: '1ms' })
  const training = new Training({ ...rig.parts, trainer: hasty, logger })
  expect(await training.run(vendorId)).toBe('failed')
  await hasty.close()
  expect(await training.run(vendorId)).toBe('failed')
  expect(levels).toEqual(['error', 'info'])
  expect(await versionOf(vendorId)).toBe(version)
})

test('history: two years of weather come once; the days that the archive lacks come with a later run', async () => {
  // Midday, so that the day does not change meanwhile.
  rig.clock.moveTo('2026-06-11T16:00:00Z')
  const { vendorId, venueId } = await addVendor('Weather', 150)
  const { learning, background } = rig.parts
  learning.venueAdded(vendorId, venueId)
  await background.idle()
  const first = await weatherDays(vendorId)
  expect(first[0]).toBe(addDays(today(), -7 * 150))
  expect(first.at(-1)).toBe(addDays(today(), -archiveDelayDays))
  expect(new Set(first).size).toBeGreaterThanOrEqual(2 * 365 - 5)
  expect((await eventDays(vendorId)).length).toBeGreaterThan(5)

  learning.venueAdded(vendorId, venueId)
  await background.idle()
  expect(await weatherDays(vendorId)).toEqual(first)
  rig.clock.shift(5 * dayMs)
  learning.venueAdded(vendorId, venueId)
  await background.idle()
  expect((await weatherDays(vendorId)).at(-1)).toBe(addDays(today(), -archiveDelayDays))
})

test.each([
  ['just before midnight in UTC', '2026-08-05T23:59:59Z'],
  ['midnight in UTC', '2026-08-06T00:00:00Z'],
  ["just before the venue's midnight", '2026-08-07T03:59:59Z'],
  ["the venue's midnight", '2026-08-07T04:00:00Z'],
  ["midnight before the venue's summer time", '2027-03-14T05:00:00Z'],
  ["midnight after the venue's summer time", '2027-11-08T05:00:00Z'],
])('history: the days that are past are those of the venue, %s', async (name, instant) => {
  rig.clock.moveTo(instant)
  const venueDay = today()
  const { vendorId, venueId } = await addVendor(name.replaceAll(/\W/g, ''), 3)
  rig.parts.learning.venueAdded(vendorId, venueId)
  await rig.parts.background.idle()
  expect((await weatherDays(vendorId)).at(-1)).toBe(addDays(venueDay, -archiveDelayDays))
})

test.each([
  ['open-meteo', 'Rain', 0, 1],
  ['events', 'Feast', 1, 0],
] as const)('history: %s down does not stop the other', async (down, name, weather, events) => {
  const { vendorId, venueId } = await addVendor(name, 60)
  rig.simulators.setFault(down, { kind: 'error', status: 400, share: 1 })
  rig.parts.learning.venueAdded(vendorId, venueId)
  await rig.parts.background.idle()
  expect(Math.sign((await weatherDays(vendorId)).length)).toBe(weather)
  expect(Math.sign((await eventDays(vendorId)).length)).toBe(events)
  expect(rig.log.filter((line) => line['event'] === 'history' && line['venueId'] === venueId)).toHaveLength(1)
})

test('learn: an abort ends the filling in, and nothing is trained', async () => {
  const { vendorId } = await addVendor('Stopped', 60)
  rig.simulators.setFault('open-meteo', { kind: 'hang' })
  const stop = new AbortController()
  const learning = rig.parts.learning.learn(vendorId, stop.signal)
  stop.abort(new Error('the service stops'))
  await expect(learning).rejects.toThrow('the service stops')
  expect(await versionOf(vendorId)).toBeUndefined()
})

test('learn: after the stop nothing is done', async () => {
  await using other = await startRig()
  const vendorId = await other.addSeller('Late')
  await other.parts.background.stop()
  other.square.reset()
  other.parts.learning.synchronise(vendorId)
  await other.parts.background.idle()
  expect(other.square.calls).toEqual([])
})
