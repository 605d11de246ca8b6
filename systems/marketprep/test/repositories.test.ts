import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addDays,
  createProduct,
  createVendor,
  createVenue,
  directoryTenant,
  findLogin,
  findVendor,
  listProducts,
  listVendorIds,
  listVenues,
  newVendorId,
  salesHistory,
  salesStats,
  storeWeatherDays,
  updateProduct,
  updateVenue,
  upsertSales,
  type ListPage,
} from '../src/data/index.ts'
import { cursorKey, startTestDatabase, type TestDatabase } from './test-database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

const market = {
  name: 'Riverside',
  latitude: 41.88,
  longitude: -87.63,
  timeZone: 'America/Chicago',
  marketWeekdays: [6],
}

async function allPages<T>(read: (cursor: string | null) => Promise<ListPage<T>>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page: ListPage<T> = await read(cursor)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}

test('createVendor: the vendor is found by the login, in any case, and the address is taken', async () => {
  const id = await db.addVendor('Rosa')
  const login = await db.as(directoryTenant, (tx) => findLogin(tx, 'ROSA@example.com'))
  expect(login).toEqual({ vendorId: id, email: 'rosa@example.com', passwordHash: 'hash', role: 'vendor' })
  expect(await db.as(id, findVendor)).toEqual({
    id,
    businessName: 'Rosa',
    email: 'rosa@example.com',
    role: 'vendor',
    squareConnected: false,
  })
  const again = { email: 'Rosa@Example.com', passwordHash: 'hash', businessName: 'Other' }
  const other = await db.as(directoryTenant, newVendorId)
  await expect(db.as(other, (tx) => createVendor(tx, again))).rejects.toMatchObject({
    code: 'ERR_EMAIL_TAKEN',
  })
  expect(await db.as(other, findVendor)).toBeUndefined()
})

test('listVendorIds: every vendor once, page by page', async () => {
  const added = [await db.addVendor('PageA'), await db.addVendor('PageB')]
  const seen: string[] = []
  for (let after: string | undefined; ;) {
    const page = await db.as(directoryTenant, (tx) => listVendorIds(tx, { after, limit: 1 }))
    seen.push(...page)
    after = page[0]
    if (after === undefined) break
  }
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen).toEqual(expect.arrayContaining(added))
})

test('products: names are unique but for case, a change keeps what is not named', async () => {
  const vendor = await db.addVendor('Names')
  const made = await db.as(vendor, (tx) => createProduct(tx, { name: 'Apples, 1 lb', priceCents: 500 }))
  expect(made).toMatchObject({ category: '', unitCostCents: 200, wasteCostCents: 200, isActive: true })
  const twin = { name: 'APPLES,  1 lb', priceCents: 1 }
  await expect(db.as(vendor, (tx) => createProduct(tx, twin))).rejects.toMatchObject({
    code: 'ERR_PRODUCT_EXISTS',
  })
  const changed = await db.as(vendor, (tx) => updateProduct(tx, made.id, { priceCents: 600 }))
  expect(changed).toEqual({ ...made, priceCents: 600 })
  await db.as(vendor, (tx) => createProduct(tx, { name: 'Pears', priceCents: 1 }))
  await expect(db.as(vendor, (tx) => updateProduct(tx, made.id, { name: 'pears' }))).rejects.toMatchObject({
    code: 'ERR_PRODUCT_EXISTS',
  })
  const absent = '00000000-0000-4000-8000-000000000000'
  await expect(db.as(vendor, (tx) => updateProduct(tx, absent, { priceCents: 1 }))).rejects.toMatchObject({
    code: 'ERR_PRODUCT_NOT_FOUND',
  })
})

test('listProducts: pages hold every active product once, in order, with its recent units', async () => {
  const vendor = await db.addVendor('Lists')
  const ids = await db.as(vendor, async (tx) => {
    const made: string[] = []
    for (let i = 0; i < 25; i++) {
      const body = { name: `Product ${String(i).padStart(2, '0')}`, priceCents: 100, isActive: i !== 3 }
      made.push((await createProduct(tx, body)).id)
    }
    const line = { venueId: null, quantity: 2.5, revenueCents: 250, productId: made[0] ?? '' }
    await upsertSales(tx, 'csv', [
      { ...line, sourceLine: 'recent', soldOn: '2026-06-10' },
      { ...line, sourceLine: 'old', soldOn: '2026-05-01' },
    ])
    return made
  })
  const seen = await allPages((cursor) => {
    const options = { cursorKey, cursor, limit: 7, recentSince: '2026-06-01' }
    return db.as(vendor, (tx) => listProducts(tx, options))
  })
  expect(seen.map((product) => product.id)).toEqual(ids.filter((_, i) => i !== 3))
  expect(seen.map((product) => product.recentUnits)).toEqual([2.5, ...Array.from({ length: 23 }, () => 0)])
})

test('venues: created, changed, listed', async () => {
  const vendor = await db.addVendor('Venues')
  const venue = await db.as(vendor, (tx) => createVenue(tx, market))
  expect(venue).toMatchObject({ ...market, isActive: true })
  await expect(db.as(vendor, (tx) => createVenue(tx, market))).rejects.toMatchObject({
    code: 'ERR_VENUE_EXISTS',
  })
  const closed = await db.as(vendor, (tx) => updateVenue(tx, venue.id, { ...market, isActive: false }))
  expect(closed.isActive).toBe(false)
  expect(await db.as(vendor, (tx) => listVenues(tx, { cursorKey }))).toEqual({ items: [], nextCursor: null })
  const all = await db.as(vendor, (tx) => listVenues(tx, { cursorKey, includeInactive: true }))
  expect(all.items).toEqual([closed])
})

test('upsertSales: the same lines again change nothing, other values replace', async () => {
  const vendor = await db.addVendor('Upserts')
  const product = await db.as(vendor, (tx) => createProduct(tx, { name: 'Kale', priceCents: 300 }))
  const lines = Array.from({ length: 12_000 }, (_, i) => ({
    sourceLine: `line ${i}`,
    productId: product.id,
    venueId: null,
    soldOn: addDays('2026-01-01', i % 90),
    quantity: 1,
    revenueCents: 300,
  }))
  expect(await db.as(vendor, (tx) => upsertSales(tx, 'csv', lines))).toEqual({ inserted: 12_000, updated: 0 })
  expect(await db.as(vendor, (tx) => upsertSales(tx, 'csv', lines))).toEqual({ inserted: 0, updated: 0 })
  const changed = lines.slice(0, 3).map((line) => ({ ...line, quantity: 2 }))
  expect(await db.as(vendor, (tx) => upsertSales(tx, 'csv', changed))).toEqual({ inserted: 0, updated: 3 })
  expect(await db.as(vendor, (tx) => upsertSales(tx, 'square', changed))).toEqual({ inserted: 3, updated: 0 })
})

test('salesStats: totals, products by revenue, days in order, market days by venue and day', async () => {
  const vendor = await db.addVendor('Stats')
  const stats = await db.as(vendor, async (tx) => {
    const apples = await createProduct(tx, { name: 'Apples', priceCents: 100 })
    const pears = await createProduct(tx, { name: 'Pears', priceCents: 200 })
    const [a, b] = [await createVenue(tx, market), await createVenue(tx, { ...market, name: 'Plaza' })]
    const line = (sourceLine: string, soldOn: string, quantity: number) => ({
      sourceLine,
      productId: pears.id,
      venueId: a.id,
      soldOn,
      quantity,
      revenueCents: quantity * 200,
    })
    await upsertSales(tx, 'csv', [
      { ...line('1', '2026-06-30', 3), productId: apples.id, revenueCents: 300 },
      { ...line('2', '2026-06-30', 2), productId: apples.id, revenueCents: 200, venueId: b.id },
      line('3', '2026-06-01', 4),
      line('4', '2026-05-31', 100),
      line('5', '2026-07-01', 100),
      line('6', '2026-06-01', -1),
    ])
    return salesStats(tx, { to: '2026-06-30', days: 30 })
  })
  expect(stats).toMatchObject({ from: '2026-06-01', unitsSold: 8, revenueCents: 1_100, marketDays: 3 })
  expect(stats.byProduct.map(({ name, units }) => [name, units])).toEqual([
    ['Pears', 3],
    ['Apples', 5],
  ])
  expect(stats.byDay).toEqual([
    { day: '2026-06-01', units: 3, revenueCents: 600 },
    { day: '2026-06-30', units: 5, revenueCents: 500 },
  ])
})

test('salesStats: nothing sold is zeros, not nulls', async () => {
  const vendor = await db.addVendor('Empty')
  const stats = await db.as(vendor, (tx) => salesStats(tx, { to: '2026-06-30', days: 30 }))
  expect(stats).toMatchObject({ unitsSold: 0, revenueCents: 0, marketDays: 0, byProduct: [], byDay: [] })
})

test('salesHistory: one row for each product, venue and day, with the price paid and the weather', async () => {
  const vendor = await db.addVendor('History')
  const { rows, product, venue } = await db.as(vendor, async (tx) => {
    const product = await createProduct(tx, { name: 'Beans', category: 'Vegetables', priceCents: 400 })
    const venue = await createVenue(tx, market)
    const line = {
      productId: product.id,
      venueId: venue.id,
      soldOn: '2026-06-06',
      quantity: 2,
      revenueCents: 700,
    }
    await upsertSales(tx, 'csv', [
      { ...line, sourceLine: '1' },
      { ...line, sourceLine: '2' },
      { ...line, sourceLine: '3', quantity: -1, revenueCents: -350 },
      { ...line, sourceLine: '4', venueId: null },
      { ...line, sourceLine: '5', soldOn: '2026-06-13', quantity: -1, revenueCents: -350 },
    ])
    await storeWeatherDays(tx, venue, [
      { day: '2026-06-06', temperatureMaxC: 21.5, precipitationMm: 2, code: 61 },
    ])
    return { rows: await salesHistory(tx, '2026-01-01'), product, venue }
  })
  const common = { productId: product.id, category: 'Vegetables', venueId: venue.id }
  expect(rows).toEqual([
    {
      ...common,
      date: '2026-06-06',
      quantity: 3,
      priceCents: 350,
      weather: { temperatureMaxC: 21.5, precipitationMm: 2, code: 61 },
    },
    { ...common, date: '2026-06-13', quantity: 0, priceCents: 400 },
  ])
})
