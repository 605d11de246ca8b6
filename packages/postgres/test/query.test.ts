import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import {
  bulkInsert,
  bulkUpsert,
  createDatabase,
  keysetPage,
  type Database,
  type KeysetOptions,
} from '../src/index.ts'
import { runSql, testServer } from './support.ts'

interface Schema {
  event: { id: number; at: Date; name: string }
  product: { sku: string; price: string | null; facts: unknown }
}

const server = testServer()
const total = 1_000
let database: Database<Schema>

beforeAll(async () => {
  const url = await server.freshDatabase()
  // Groups of equal times, and neighbours that differ by one microsecond.
  await runSql(
    url,
    `CREATE TABLE event (id int PRIMARY KEY, at timestamptz NOT NULL, name text NOT NULL);
     INSERT INTO event SELECT i, '2026-01-01 00:00:00.000001+00'::timestamptz + (i / 3) * interval '1 microsecond', 'e' || i
     FROM generate_series(1, ${total}) AS i;
     CREATE TABLE product (sku text PRIMARY KEY, price numeric(12,2), facts jsonb)`,
  )
  database = createDatabase<Schema>({ url, name: 'query' })
  return () => database.close()
})

const options: KeysetOptions = {
  by: [
    { column: 'at', type: 'timestamptz' },
    { column: 'id', type: 'int' },
  ],
  scope: 'events',
  key: 'the signing key of the cursors of this test',
  limit: 77,
}

type Walk = Partial<KeysetOptions> & { readonly between?: () => Promise<void> }

async function walk({ between, ...overrides }: Walk = {}): Promise<number[]> {
  const ids: number[] = []
  let cursor: string | undefined
  do {
    const page = await database.transaction((tx) =>
      keysetPage(tx.selectFrom('event').select(['id', 'name']), { ...options, ...overrides, cursor }),
    )
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
    await between?.()
  } while (cursor !== undefined)
  return ids
}

const ascending = Array.from({ length: total }, (_, i) => i + 1)

test.each([77, 500, 999, 1_000])('keysetPage: pages of %i lose and repeat no row', async (limit) => {
  expect(await walk({ limit })).toEqual(ascending)
  expect(await walk({ limit, direction: 'desc' })).toEqual(ascending.toReversed())
})

test('keysetPage: rows that come between pages move no other row', async () => {
  let n = 0
  const seen = await walk({
    between: async () => {
      n++
      await database.transaction((tx) =>
        tx
          .insertInto('event')
          .values({ id: -n, at: new Date(0), name: 'early' })
          .execute(),
      )
    },
  })
  expect(seen).toEqual(ascending)
  await database.transaction((tx) => tx.deleteFrom('event').where('id', '<', 0).execute())
})

test('keysetPage: items have the columns that were asked for and no other', async () => {
  const page = await database.transaction((tx) =>
    keysetPage(tx.selectFrom('event').select(['id', 'name']), { ...options, limit: 1 }),
  )
  expect(page.items).toEqual([{ id: 1, name: 'e1' }])
})

test('keysetPage: reads its page from the index', async () => {
  await database.transaction(async (tx) => {
    await sql`CREATE INDEX event_at_id ON event (at, id)`.execute(tx)
    await sql`SET LOCAL enable_seqscan = off`.execute(tx)
    const { rows } = await sql<Record<string, string>>`
      EXPLAIN (COSTS OFF) SELECT id FROM event
      WHERE (at, id) > ('2026-01-01'::text::timestamptz, '5'::text::int) ORDER BY at, id LIMIT 10`.execute(tx)
    const plan = JSON.stringify(rows)
    expect(plan).toContain('Index Cond: (ROW(at, id) > ROW(')
    expect(plan).not.toContain('Sort')
  })
})

test('keysetPage: a cursor of another list, order or key is refused', async () => {
  const first = await database.transaction((tx) => keysetPage(tx.selectFrom('event').select('id'), options))
  const cursor = first.nextCursor ?? ''
  for (const change of [
    { scope: 'others' },
    { direction: 'desc' as const },
    { key: 'another key, and it is long enough too' },
    { by: [{ column: 'id', type: 'int' }] },
  ]) {
    const page = database.transaction((tx) =>
      keysetPage(tx.selectFrom('event').select('id'), { ...options, ...change, cursor }),
    )
    await expect(page).rejects.toMatchObject({ code: 'ERR_BAD_CURSOR', status: 400 })
  }
})

const columns = { sku: 'text', price: 'numeric(12,2)', facts: 'jsonb' } as const
const catalogue = Array.from({ length: 12_345 }, (_, i) => ({
  sku: `sku-${i}, {"quoted"} \\ 'x'`,
  price: i % 7 === 0 ? null : `${i}.25`,
  facts: { list: [i, 'a'], nothing: null },
}))

test('bulkUpsert: inserts, then changes nothing, then only what differs', async () => {
  const write = (rows: typeof catalogue): Promise<unknown> =>
    database.transaction((tx) => bulkUpsert(tx, rows, { table: 'product', columns, conflict: ['sku'] }))
  expect(await write(catalogue)).toEqual({ inserted: 12_345, updated: 0 })
  expect(await write(catalogue)).toEqual({ inserted: 0, updated: 0 })
  const changed = catalogue.map((row, i) => (i < 10 ? { ...row, price: '9.99' } : row))
  expect(await write(changed)).toEqual({ inserted: 0, updated: 10 })
  const row = await database.transaction((tx) =>
    tx
      .selectFrom('product')
      .selectAll()
      .where('sku', '=', catalogue[21]?.sku ?? '')
      .executeTakeFirstOrThrow(),
  )
  expect(row).toEqual(catalogue[21])
})

test('bulkUpsert: the last of rows with the same key counts, and nothing to update is no error', async () => {
  const rows = [
    { sku: 'twin', price: '1.00', facts: null },
    { sku: 'twin', price: '2.00', facts: null },
  ]
  const insert = { table: 'product', columns, conflict: ['sku'] } as const
  const counts = await database.transaction((tx) => bulkUpsert(tx, rows, insert))
  expect(counts).toEqual({ inserted: 1, updated: 0 })
  const kept = await database.transaction((tx) => bulkUpsert(tx, rows, { ...insert, update: [] }))
  expect(kept).toEqual({ inserted: 0, updated: 0 })
  const stored = await database.transaction((tx) =>
    tx.selectFrom('product').select('price').where('sku', '=', 'twin').executeTakeFirstOrThrow(),
  )
  expect(stored.price).toBe('2.00')
})

test('bulkInsert: counts rows, takes none, and a duplicate keeps nothing of the transaction', async () => {
  const insert = (rows: typeof catalogue): Promise<unknown> =>
    database.transaction((tx) => bulkInsert(tx, rows, { table: 'public.product', columns, chunk: 2 }))
  expect(await insert([])).toEqual({ inserted: 0, updated: 0 })
  const fresh = [1, 2, 3, 4, 5].map((i) => ({
    sku: `fresh-${i}`,
    price: null,
    facts: { list: [], nothing: null },
  }))
  expect(await insert(fresh)).toEqual({ inserted: 5, updated: 0 })
  const more = [6, 7, 1].map((i) => ({ sku: `fresh-${i}`, price: null, facts: { list: [], nothing: null } }))
  await expect(insert(more)).rejects.toMatchObject({ code: 'ERR_CONSTRAINT_VIOLATED' })
  const rows = await database.transaction((tx) =>
    tx.selectFrom('product').select('sku').where('sku', 'like', 'fresh-%').execute(),
  )
  expect(rows).toHaveLength(5)
})

test('bulk: refuses a type that is no plain name, and arrays', async () => {
  for (const type of ['text[]', 'text); DROP TABLE product; --', '']) {
    const write = database.transaction((tx) =>
      bulkInsert(tx, [{ sku: 'x' }], { table: 'product', columns: { sku: type } }),
    )
    await expect(write).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
  }
})
