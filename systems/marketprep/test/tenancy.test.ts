import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addFeedback,
  createProduct,
  createVenue,
  directoryTenant,
  findLogin,
  findSquareConnection,
  getProduct,
  getVenue,
  latestRecommendationSet,
  listProducts,
  listVendorIds,
  rotateRefreshToken,
  salesHistory,
  saveRecommendationSet,
  saveSquareGrant,
  storeWeatherDays,
  updateProduct,
  upsertSales,
  type MarketprepTransaction,
} from '../src/data/index.ts'
import { cursorKey, startTestDatabase, type TestDatabase } from './test-database.ts'
import { exampleSet } from './example-set.ts'

let db: TestDatabase
let a: Awaited<ReturnType<typeof fill>>
let b: string
beforeAll(async () => {
  db = await startTestDatabase()
  a = await fill(await db.addVendor('Anna'))
  b = await db.addVendor('Boris')
})
afterAll(() => db[Symbol.asyncDispose]())

const tables = [
  'vendors',
  'products',
  'venues',
  'sales',
  'weather_days',
  'square_connections',
  'recommendation_sets',
  'recommendations',
  'feedback',
] as const

const place = { latitude: 41.9, longitude: -87.6 }
const venueBody = { ...place, name: 'Plaza', timeZone: 'America/Chicago', marketWeekdays: [6] }
const sale = { sourceLine: 'S1', soldOn: '2026-06-06', quantity: 3, revenueCents: 900 }

/** One row in every table, of one vendor. */
function fill(vendor: string) {
  return db.as(vendor, async (tx) => {
    const product = await createProduct(tx, { name: 'Kale', priceCents: 300 })
    const venue = await createVenue(tx, venueBody)
    await upsertSales(tx, 'csv', [{ ...sale, productId: product.id, venueId: venue.id }])
    await storeWeatherDays(tx, place, [
      { day: '2026-06-06', temperatureMaxC: 20, precipitationMm: 0, code: 0 },
    ])
    await saveSquareGrant(tx, {
      merchantId: 'M1',
      merchantName: 'Anna',
      accessTokenEncrypted: 'x',
      refreshTokenEncrypted: 'y',
      scopes: ['ITEMS_READ'],
      expiresAt: '2026-07-01T00:00:00.000Z',
    })
    const set = await saveRecommendationSet(tx, exampleSet(venue.id, [product.id]))
    const recommendationId = set.recommendations[0]?.id ?? ''
    await addFeedback(tx, { recommendationId, brought: 3, sold: 2 }, '2026-06-07T08:00:00.000Z')
    return { vendor, product, venue, recommendationId }
  })
}

const asB = <T>(work: (tx: MarketprepTransaction) => Promise<T>): Promise<T> => db.as(b, work)
const count = async (tx: MarketprepTransaction, table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from ${sql.table(`marketprep.${table}`)}`.execute(tx)
  return rows[0]?.n ?? -1
}

test.each(tables)('tenancy: of %s another vendor sees, changes and deletes nothing', async (table) => {
  const target = sql.table(`marketprep.${table}`)
  const column = sql.ref(table === 'vendors' ? 'id' : 'vendor_id')
  expect(await db.as(a.vendor, (tx) => count(tx, table))).toBe(1)
  await asB(async (tx) => {
    const { rows } = await sql`select from ${target} where ${column} = ${a.vendor}::uuid`.execute(tx)
    expect(rows).toEqual([])
    const same = sql`update ${target} set ${column} = ${column} where ${column} = ${a.vendor}::uuid`
    expect((await same.execute(tx)).numAffectedRows).toBe(0n)
    const gone = sql`delete from ${target} where ${column} = ${a.vendor}::uuid`
    expect((await gone.execute(tx)).numAffectedRows).toBe(0n)
  })
  expect(await db.as(a.vendor, (tx) => count(tx, table))).toBe(1)
})

test.each(tables)('tenancy: without a vendor %s is empty', async (table) => {
  expect(await db.database.transaction((tx) => count(tx, table))).toBe(0)
  expect(await db.as(directoryTenant, (tx) => count(tx, table))).toBe(0)
})

test('tenancy: every table with a vendor is forced under row-level security, and no constraint forgets the vendor', async () => {
  const { rows } = await db.database.transaction((tx) =>
    sql<{ name: string; forced: boolean; loose: string[] }>`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
        array(select i.indexrelid::regclass::text from pg_index i
          where i.indrelid = c.oid and i.indisunique and not exists (
            select from pg_attribute a where a.attrelid = c.oid and a.attnum = i.indkey[0]
              and a.attname in ('vendor_id', 'id') and (a.attname = 'vendor_id' or c.relname = 'vendors'))) as loose
      from pg_class c where c.relnamespace = 'marketprep'::regnamespace and c.relkind = 'r'
        and c.relname <> 'tenancy_key' order by 1`.execute(tx),
  )
  expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining([...tables, 'forecast_models']))
  expect(rows.filter((row) => !row.forced || row.loose.length > 0)).toEqual([])
})

test('tenancy: through the repositories another vendor finds nothing', async () => {
  await expect(asB((tx) => getProduct(tx, a.product.id))).rejects.toMatchObject({
    code: 'ERR_PRODUCT_NOT_FOUND',
  })
  await expect(asB((tx) => updateProduct(tx, a.product.id, { priceCents: 1 }))).rejects.toMatchObject({
    code: 'ERR_PRODUCT_NOT_FOUND',
  })
  await expect(asB((tx) => getVenue(tx, a.venue.id))).rejects.toMatchObject({ code: 'ERR_VENUE_NOT_FOUND' })
  const feedback = { recommendationId: a.recommendationId, brought: 1, sold: 1 }
  await expect(asB((tx) => addFeedback(tx, feedback, '2026-06-08T08:00:00.000Z'))).rejects.toMatchObject({
    code: 'ERR_RECOMMENDATION_NOT_FOUND',
  })
  await asB(async (tx) => {
    const list = await listProducts(tx, { cursorKey, recentSince: '2000-01-01', includeInactive: true })
    expect(list.items).toEqual([])
    expect(await salesHistory(tx, '2000-01-01')).toEqual([])
    expect(await findSquareConnection(tx)).toBeUndefined()
    const day = { venueId: a.venue.id, marketDate: '2026-06-13' }
    expect(await latestRecommendationSet(tx, day)).toBeUndefined()
  })
})

test('tenancy: a row of another vendor cannot be written, nor one given away', async () => {
  const forA = (tx: MarketprepTransaction) =>
    sql`insert into marketprep.products (vendor_id, name, name_key, price_cents, unit_cost_cents, waste_cost_cents)
      values (${a.vendor}::uuid, 'Planted', 'planted', 1, 1, 1)`.execute(tx)
  await expect(asB(forA)).rejects.toMatchObject({ code: 'ERR_DATABASE_FORBIDDEN' })
  const own = await asB((tx) => createProduct(tx, { name: 'Gift', priceCents: 1 }))
  const giveAway = (tx: MarketprepTransaction) =>
    sql`update marketprep.products set vendor_id = ${a.vendor}::uuid where id = ${own.id}::uuid`.execute(tx)
  await expect(asB(giveAway)).rejects.toMatchObject({ code: 'ERR_DATABASE_FORBIDDEN' })
})

test('tenancy: a foreign key answers the same for a row of another vendor as for none', async () => {
  const probe = (productId: string, venueId: string | null) =>
    asB((tx) => upsertSales(tx, 'csv', [{ ...sale, productId, venueId }])).then(
      () => 'taken',
      (error: Error) => error.message,
    )
  const absent = '00000000-0000-4000-8000-00000000abcd'
  const own = await asB((tx) => createProduct(tx, { name: 'Probe', priceCents: 1 }))
  expect(await probe(a.product.id, null)).toBe(await probe(absent, null))
  expect(await probe(own.id, a.venue.id)).toBe(await probe(own.id, absent))
  expect(await probe(own.id, a.venue.id)).toContain('SQLSTATE 23503')
})

test('tenancy: a unique constraint does not tell what another vendor has', async () => {
  await asB(async (tx) => {
    const product = await createProduct(tx, { name: 'Kale', priceCents: 1 })
    const venue = await createVenue(tx, venueBody)
    const written = await upsertSales(tx, 'csv', [{ ...sale, productId: product.id, venueId: venue.id }])
    expect(written).toEqual({ inserted: 1, updated: 0 })
    await sql`insert into marketprep.products (id, name, name_key, price_cents, unit_cost_cents, waste_cost_cents)
      values (${a.product.id}::uuid, 'Same id', 'same id', 1, 1, 1)`.execute(tx)
  })
  expect(await db.as(a.vendor, (tx) => getProduct(tx, a.product.id))).toEqual(a.product)
})

test('tenancy: raw SQL cannot turn into another vendor or into the directory', async () => {
  for (const claim of [a.vendor, `${a.vendor}.99999999999.${'0'.repeat(64)}`, directoryTenant, '']) {
    await asB(async (tx) => {
      await sql`select set_config('seaworthy.tenant', ${claim}, true)`.execute(tx)
      expect(await count(tx, 'products')).toBe(0)
    })
    const find = async (tx: MarketprepTransaction): Promise<unknown> => {
      await sql`select set_config('seaworthy.tenant', ${claim}, true)`.execute(tx)
      return findLogin(tx, 'anna@example.com')
    }
    await expect(asB(find)).rejects.toMatchObject({ code: 'ERR_DATABASE_FORBIDDEN' })
  }
})

test('tenancy: logins, tokens and the list of vendors are closed to a vendor', async () => {
  const refused = { code: 'ERR_DATABASE_FORBIDDEN' }
  await expect(asB((tx) => findLogin(tx, 'anna@example.com'))).rejects.toMatchObject(refused)
  await expect(asB((tx) => listVendorIds(tx, { limit: 10 }))).rejects.toMatchObject(refused)
  const hash = new Uint8Array(32)
  const rotation = { presentedHash: hash, nextHash: hash, expiresAtMs: 1, nowMs: 0, graceMs: 0 }
  await expect(asB((tx) => rotateRefreshToken(tx, rotation))).rejects.toMatchObject(refused)
  for (const table of ['logins', 'refresh_tokens']) {
    const steal = sql`select * from ${sql.table(`marketprep_private.${table}`)}`
    await expect(asB((tx) => steal.execute(tx))).rejects.toMatchObject(refused)
  }
  const { rows } = await asB((tx) =>
    sql<{ email: string }>`select email from marketprep.current_login()`.execute(tx),
  )
  expect(rows).toEqual([{ email: 'boris@example.com' }])
})

test('definer functions: what a session creates for itself is not run with the rights of their owner', async () => {
  await db.as(directoryTenant, async (tx) => {
    // A domain under the name of a type runs its check wherever that name is looked up. Run as the owner it fails.
    await sql`create function pg_temp.is_app() returns boolean language sql as
      $$ select current_user = 'marketprep_app' $$`.execute(tx)
    await sql`create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.is_app())`.execute(tx)
    await sql`create domain pg_temp.text as pg_catalog.text check (pg_temp.is_app())`.execute(tx)
    await sql`discard plans`.execute(tx)
    await findLogin(tx, 'nobody@example.com')
    await listVendorIds(tx, { limit: 1 })
  })
})

test('definer functions: each looks names up in the catalogue first and in temporary schemas last', async () => {
  const { rows } = await db.as(b, (tx) =>
    sql<{ name: string }>`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.prosecdef and p.pronamespace::regnamespace::text like 'marketprep%'
        and not 'search_path=pg_catalog, pg_temp' = any (coalesce(p.proconfig, '{}'))`.execute(tx),
  )
  expect(rows).toEqual([])
})
