import { createLogger } from 'seaworthy/telemetry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  activeModelVersion,
  addDays,
  createProduct,
  createVenue,
  salesHistory,
  upsertSales,
} from '../src/data/index.ts'
import { ForecastTrainer } from '../src/forecast/index.ts'
import { ModelShelf } from '../src/models/model-shelf.ts'
import {
  predictWithHeuristic,
  predictWithModel,
  probePrediction,
  type PredictionRequest,
} from '../src/models/predict.ts'
import { Training } from '../src/models/training.ts'
import { createStore, type Store } from '../src/store.ts'
import { systemRuntime } from 'seaworthy/core'
import { shiftedClock } from './marketprep-rig.ts'
import { startTestDatabase, type TestDatabase } from './test-database.ts'

const clock = shiftedClock()
const firstDay = addDays(new Date(clock.wallTime()).toISOString().slice(0, 10), -500)
let db: TestDatabase
let store: Store
let request: PredictionRequest
const loads: string[] = []

beforeAll(async () => {
  db = await startTestDatabase()
  store = createStore(db.database, systemRuntime)
  const vendorId = await db.addVendor('Shelf')
  const { product, venueId } = await db.as(vendorId, async (tx) => {
    const made = await createProduct(tx, { name: 'Plums', priceCents: 400 })
    const place = { latitude: 41.9, longitude: -74, timeZone: 'America/New_York', marketWeekdays: [6] }
    const venue = await createVenue(tx, { name: 'Here', ...place })
    const lines = Array.from({ length: 65 }, (_, index) => {
      const soldOn = addDays(firstDay, 7 * index)
      const sold = { quantity: 5 + (index % 4), revenueCents: 2_000 }
      return { sourceLine: soldOn, productId: made.id, venueId: venue.id, soldOn, ...sold }
    })
    await upsertSales(tx, 'csv', lines)
    return { product: made, venueId: venue.id }
  })
  await using trainer = new ForecastTrainer()
  const logger = createLogger({ service: 'test', write: () => undefined })
  expect(await new Training({ store, trainer, clock, logger }).run(vendorId)).toBe('trained')
  const date = addDays(firstDay, 7 * 65)
  request = {
    vendorId,
    date,
    modelVersion: await db.as(vendorId, activeModelVersion),
    salesStamp: '1',
    loadSales: (range) => {
      loads.push(range)
      return db.as(vendorId, (tx) => salesHistory(tx, firstDay))
    },
    products: [
      {
        question: { productId: product.id, category: '', venueId, date, priceCents: 400 },
        economics: product,
      },
    ],
  }
})
afterAll(() => db[Symbol.asyncDispose]())

test('ModelShelf: predictions at the same time read model and sales once, later ones not at all', async () => {
  const shelf = new ModelShelf(store)
  loads.length = 0
  const predictions = await Promise.all(Array.from({ length: 20 }, () => predictWithModel(shelf, request)))
  expect(new Set(predictions.map(({ modelVersion }) => modelVersion))).toEqual(
    new Set([request.modelVersion]),
  )
  await predictWithModel(shelf, request)
  expect(loads).toEqual(['all'])
  await predictWithModel(shelf, { ...request, salesStamp: '2' })
  expect(loads).toEqual(['all', 'all'])
})

test('ModelShelf: sales that could not be read are read again', async () => {
  const shelf = new ModelShelf(store)
  const broken = { ...request, loadSales: () => Promise.reject(new Error('database gone')) }
  await expect(predictWithModel(shelf, broken)).rejects.toThrow('database gone')
  expect((await predictWithModel(shelf, request)).forecasts).toHaveLength(1)
})

test('ModelShelf: the probe asks what a model answered last, and nothing before that', async () => {
  const shelf = new ModelShelf(store)
  await probePrediction(shelf)
  const untrained = { ...request, modelVersion: undefined }
  await expect(predictWithModel(shelf, untrained)).rejects.toMatchObject({ code: 'ERR_NO_MODEL' })
  expect(shelf.newest).toBeUndefined()
  await predictWithModel(shelf, request)
  expect(shelf.newest).toBe(request)
  await probePrediction(shelf)
})

test('predictWithHeuristic: reads recent sales only and names no model', async () => {
  loads.length = 0
  const { modelVersion, forecasts } = await predictWithHeuristic(request)
  expect([modelVersion, loads, forecasts.length]).toEqual([null, ['recent'], 1])
})
