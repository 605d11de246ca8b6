import fc from 'fast-check'
import { sql, type Transaction } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { createDatabase, type Database } from '../src/index.ts'
import { runSql, testServer } from './support.ts'

interface Schema {
  mark: { id: number }
}

const server = testServer()
let url: string

beforeAll(async () => {
  url = await server.freshDatabase()
  await runSql(url, 'CREATE TABLE mark (id int NOT NULL)')
})

const behaviours = {
  commits: async () => undefined,
  throws: () => Promise.reject(new Error('own')),
  'breaks a statement': (tx: Transaction<Schema>) => sql`SELECT 1 / 0`.execute(tx),
  'swallows a broken statement': (tx: Transaction<Schema>) =>
    sql`SELECT 1 / 0`.execute(tx).catch(() => undefined),
  'forgets to await': async (tx: Transaction<Schema>) =>
    void sql`SELECT pg_sleep(0.01)`.execute(tx).catch(() => undefined),
  'changes the session': (tx: Transaction<Schema>) => sql`SET work_mem = '1MB'`.execute(tx),
  'opens a savepoint': (tx: Transaction<Schema>) => sql`SAVEPOINT here`.execute(tx),
  'is cut off': (tx: Transaction<Schema>) => sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(tx),
  'is aborted': (tx: Transaction<Schema>) => sql`SELECT pg_sleep(10)`.execute(tx),
} as const
type Behaviour = keyof typeof behaviours
const commits: ReadonlySet<Behaviour> = new Set([
  'commits',
  'forgets to await',
  'changes the session',
  'opens a savepoint',
])

async function use(database: Database<Schema>, id: number, behaviour: Behaviour): Promise<boolean> {
  const stop = new AbortController()
  const work = async (tx: Transaction<Schema>): Promise<void> => {
    await tx.insertInto('mark').values({ id }).execute()
    if (behaviour === 'is aborted') queueMicrotask(() => stop.abort(new Error('gone')))
    await behaviours[behaviour](tx)
  }
  return database.transaction(work, { signal: stop.signal }).then(
    () => true,
    () => false,
  )
}

test('pool: whatever its users do, what was reported as committed is there and the next user gets a clean connection', async () => {
  const names = Object.keys(behaviours) as Behaviour[]
  await using database = createDatabase<Schema>({ url, name: 'laws', poolMax: 2, connectionTimeout: '10s' })
  let next = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 8 }), async (users) => {
      const ids = users.map(() => next++)
      const committed = await Promise.all(users.map((behaviour, i) => use(database, ids[i] ?? -1, behaviour)))
      expect(committed).toEqual(users.map((behaviour) => commits.has(behaviour)))
      const stored = await runSql(url, 'SELECT id FROM mark WHERE id = ANY($1) ORDER BY id', [ids])
      expect(stored.map(({ id }) => id)).toEqual(ids.filter((_, i) => committed[i]))
      const clean = await database.transaction((tx) =>
        sql`SELECT current_setting('work_mem') AS memory, pg_current_xact_id_if_assigned() AS begun`.execute(
          tx,
        ),
      )
      expect(clean.rows).toEqual([{ memory: '4MB', begun: null }])
      expect(database.stats()).toMatchObject({ waiting: 0 })
      expect(database.stats().total).toBeLessThanOrEqual(2)
    }),
    { numRuns: 30 },
  )
}, 60_000)
