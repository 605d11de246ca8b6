import { sql, type Generated } from 'kysely'
import { poolChannel, queryChannel, type QueryMessage } from 'seaworthy/core'
import { beforeAll, expect, test, vi } from 'vitest'
import { classifyDatabaseError, createDatabase, type Database, type DatabaseOptions } from '../src/index.ts'
import { runSql, testServer } from './support.ts'

interface Schema {
  item: { id: Generated<number>; name: string; stock: number; day: string | null }
}

const server = testServer()
let url: string

beforeAll(async () => {
  url = await server.freshDatabase()
  await runSql(
    url,
    `CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       name text NOT NULL CONSTRAINT item_name_unique UNIQUE, stock int NOT NULL, day date)`,
  )
})

function open(options: Partial<DatabaseOptions> = {}): Database<Schema> {
  return createDatabase<Schema>({ url, name: 'test', ...options })
}

const sleepStatement = sql`SELECT pg_sleep(30)`

async function running(statement: string): Promise<number> {
  const rows = await runSql(
    url,
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()`,
    [`%${statement}%`],
  )
  return Number(rows[0]?.['n'])
}

test('transaction: commits what the work returns, rolls back when it throws', async () => {
  await using database = open()
  const insert = (name: string): Promise<unknown> =>
    database.transaction(async (tx) => {
      await tx.insertInto('item').values({ name, stock: 1 }).execute()
      if (name === 'bad') throw new Error('stop')
    })
  await insert('good')
  await expect(insert('bad')).rejects.toThrow('stop')
  const names = await database.transaction((tx) => tx.selectFrom('item').select('name').execute())
  expect(names.map(({ name }) => name)).toContain('good')
  expect(names.map(({ name }) => name)).not.toContain('bad')
})

test('transaction: a swallowed error of a statement cannot end in a silent rollback', async () => {
  await using database = open()
  const attempt = database.transaction(async (tx) => {
    await tx.insertInto('item').values({ name: 'swallowed', stock: 1 }).execute()
    await sql`SELECT 1 / 0`.execute(tx).catch(() => undefined)
  })
  await expect(attempt).rejects.toMatchObject({ code: 'ERR_STATEMENT_FAILED' })
})

test('transaction: the handle is unusable after the end', async () => {
  await using database = open()
  const leaked = await database.transaction((tx) => Promise.resolve({ tx }))
  await expect(leaked.tx.selectFrom('item').selectAll().execute()).rejects.toMatchObject({
    code: 'ERR_TRANSACTION_ENDED',
  })
})

test('transaction: nested use is refused, use after it is not', async () => {
  await using database = open({ poolMax: 1 })
  const nested = database.transaction(() => database.transaction(() => Promise.resolve(1)))
  await expect(nested).rejects.toMatchObject({ code: 'ERR_NESTED_TRANSACTION' })
  const later = await database.transaction(() =>
    Promise.resolve(() => database.transaction(() => Promise.resolve(2))),
  )
  expect(await later()).toBe(2)
})

test('pool: no session state and no open transaction reaches the next user', async () => {
  await using database = open({ poolMax: 1 })
  await database.transaction((tx) => sql`SET statement_timeout = 0`.execute(tx))
  await database.transaction((tx) => sql`SET search_path = nowhere`.execute(tx)).catch(() => undefined)
  await database.transaction((tx) => sql`SELECT 1/0`.execute(tx)).catch(() => undefined)
  const { rows } = await database.transaction((tx) =>
    sql<{ timeout: string; path: string; begun: boolean }>`
      SELECT current_setting('statement_timeout') AS timeout, current_setting('search_path') AS path,
             pg_current_xact_id_if_assigned() IS NULL AS begun`.execute(tx),
  )
  expect(rows[0]).toEqual({ timeout: '5s', path: '"$user", public', begun: true })
  expect(database.stats().total).toBe(1)
})

test('pool: a transaction that the work ended by raw SQL is not committed twice and the connection stays clean', async () => {
  await using database = open({ poolMax: 1 })
  await database
    .transaction(async (tx) => {
      await sql`ROLLBACK`.execute(tx)
      await sql`BEGIN`.execute(tx)
    })
    .catch(() => undefined)
  const { rows } = await database.transaction((tx) => sql<{ n: number }>`SELECT 1 AS n`.execute(tx))
  expect(rows).toEqual([{ n: 1 }])
})

test('pool: every connection has the limits of the server', async () => {
  await using database = open({
    statementTimeout: '150ms',
    lockTimeout: '1s',
    idleInTransactionTimeout: '3s',
  })
  const { rows } = await database.transaction((tx) =>
    sql`SELECT current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`.execute(
      tx,
    ),
  )
  expect(rows).toEqual([{ lock: '1s', idle: '3s' }])
  const slow = database.transaction((tx) => sleepStatement.execute(tx))
  await expect(slow).rejects.toMatchObject({ code: 'ERR_DATABASE_TIMEOUT', details: { sqlstate: '57014' } })
  expect(await running('pg_sleep(30)')).toBe(0)
})

test('pool: a transaction left idle is ended by the server and the process lives on', async () => {
  await using database = open({ idleInTransactionTimeout: '100ms', poolMax: 1 })
  const forgotten = database.transaction(async (tx) => {
    await sql`SELECT 1`.execute(tx)
    await vi.waitFor(async () => {
      const rows = await runSql(url, `SELECT FROM pg_stat_activity WHERE state = 'idle in transaction'`)
      expect(rows).toHaveLength(0)
    })
    await sql`SELECT 2`.execute(tx)
  })
  const error = await forgotten.catch((reason: unknown) => reason)
  expect(classifyDatabaseError(error)).toBe('failed')
  await database.ping()
})

test('pool: more waiting callers than places are refused at once with 503', async () => {
  await using database = open({ poolMax: 1, waitersMax: 1, connectionTimeout: '5s' })
  const gate = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  const holder = database.transaction(() => {
    entered.resolve()
    return gate.promise
  })
  await entered.promise
  const waiter = database.transaction(() => Promise.resolve('waited'))
  expect(database.stats()).toMatchObject({ total: 1, idle: 0, waiting: 1 })
  await expect(database.transaction(() => Promise.resolve())).rejects.toMatchObject({
    code: 'ERR_POOL_EXHAUSTED',
    status: 503,
    retryAfterMs: 5_000,
  })
  gate.resolve()
  await holder
  expect(await waiter).toBe('waited')
})

test('pool: a wait for a connection ends at its limit, and at once with the abort of its caller', async () => {
  await using database = open({ poolMax: 1, connectionTimeout: '100ms' })
  const gate = Promise.withResolvers<void>()
  const holder = database.transaction(() => gate.promise)
  const stop = new AbortController()
  const aborted = database.transaction(() => Promise.resolve(), { signal: stop.signal })
  stop.abort(new Error('gone'))
  await expect(aborted).rejects.toThrow('gone')
  const late = database.transaction(() => Promise.resolve())
  await expect(late).rejects.toMatchObject({ code: 'ERR_POOL_EXHAUSTED' })
  gate.resolve()
  await holder
})

test('abort: cancels the running statement on the server and rejects with its own reason', async () => {
  await using database = open({ statementTimeout: '30s' })
  const stop = new AbortController()
  const slow = database.transaction((tx) => sleepStatement.execute(tx), { signal: stop.signal })
  await vi.waitFor(async () => expect(await running('pg_sleep(30)')).toBe(1))
  stop.abort(new Error('the caller went away'))
  await expect(slow).rejects.toThrow('the caller went away')
  expect(await running('pg_sleep(30)')).toBe(0)
})

test('abort: of work that waits for something else rolls back and ends the handle', async () => {
  await using database = open()
  const stop = new AbortController()
  const inserted = Promise.withResolvers<void>()
  const stuck = database.transaction(
    async (tx) => {
      await tx.insertInto('item').values({ name: 'aborted', stock: 1 }).execute()
      inserted.resolve()
      await new Promise(() => undefined)
    },
    { signal: stop.signal },
  )
  await inserted.promise
  stop.abort(new Error('enough'))
  await expect(stuck).rejects.toThrow('enough')
  expect(await runSql(url, `SELECT FROM item WHERE name = 'aborted'`)).toHaveLength(0)
})

test('serializable: a conflict runs the work once more', async () => {
  await using database = open()
  await runSql(url, `INSERT INTO item (name, stock) VALUES ('counter', 0) ON CONFLICT DO NOTHING`)
  const barrier = Promise.withResolvers<void>()
  let readers = 0
  let runs = 0
  const increment = (): Promise<unknown> =>
    database.transaction(
      async (tx) => {
        runs++
        const row = await tx
          .selectFrom('item')
          .select('stock')
          .where('name', '=', 'counter')
          .executeTakeFirstOrThrow()
        if (++readers === 2) barrier.resolve()
        await barrier.promise
        await tx
          .updateTable('item')
          .set({ stock: row.stock + 1 })
          .where('name', '=', 'counter')
          .execute()
      },
      { isolation: 'serializable' },
    )
  await Promise.all([increment(), increment()])
  expect(runs).toBe(3)
  expect(await runSql(url, `SELECT stock FROM item WHERE name = 'counter'`)).toEqual([{ stock: 2 }])
})

test('errors: keep SQLSTATE and constraint, and hide SQL and values', async () => {
  await using database = open()
  const insert = (): Promise<unknown> =>
    database.transaction((tx) => tx.insertInto('item').values({ name: 'secret-name', stock: 1 }).execute())
  await insert()
  const error = await insert().catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'ERR_CONSTRAINT_VIOLATED',
    status: 409,
    details: { sqlstate: '23505', constraint: 'item_name_unique' },
  })
  expect(JSON.stringify(error) + String(error)).not.toContain('secret-name')
  expect(Reflect.get(Object(error), 'cause')).toBeUndefined()
  expect(classifyDatabaseError(error)).toBe('ignored')
})

test('readOnly: writes are refused', async () => {
  await using database = open()
  const write = database.transaction((tx) => tx.deleteFrom('item').execute(), { readOnly: true })
  await expect(write).rejects.toMatchObject({ details: { sqlstate: '25006' } })
})

test('types: a date is the text of the day', async () => {
  await using database = open()
  const { rows } = await database.transaction((tx) => sql`SELECT DATE '2026-03-01' AS day`.execute(tx))
  expect(rows).toEqual([{ day: '2026-03-01' }])
})

test('channels: statements without values, and the pool', async () => {
  const messages: QueryMessage[] = []
  using _queries = queryChannel.subscribe((message) => messages.push(message))
  const pools: unknown[] = []
  using _pools = poolChannel.subscribe((message) => pools.push(message))
  await using database = open()
  await database.transaction(async (tx) => {
    await tx.selectFrom('item').select('name').where('name', '=', 'a secret').execute()
    await sql`SELECT 'a secret'`.execute(tx)
  })
  expect(messages.map(({ pool, statement }) => [pool, statement])).toEqual([
    ['test', 'select item'],
    ['test', 'select'],
  ])
  expect(JSON.stringify(messages)).not.toContain('secret')
  expect(pools.at(-1)).toMatchObject({ pool: 'test', total: 1, idle: 1 })
})

test('close: waits for what runs, cancels what does not end, then refuses', async () => {
  const database = open({ closeTimeout: '50ms', statementTimeout: '30s' })
  const slow = database.transaction((tx) => sleepStatement.execute(tx)).catch((error: unknown) => error)
  await vi.waitFor(async () => expect(await running('pg_sleep(30)')).toBe(1))
  await database.close()
  expect(await slow).toMatchObject({ code: 'ERR_DATABASE_CLOSED' })
  expect(database.stats().total).toBe(0)
  await expect(database.ping()).rejects.toMatchObject({ code: 'ERR_DATABASE_CLOSED' })
})

test.runIf(process.platform === 'linux')(
  'pool: a frozen server costs a bounded time, and then nothing',
  async () => {
    await using database = open({ statementTimeout: '100ms', poolMax: 1 })
    let backend = 0
    const frozen = database.transaction(async (tx) => {
      const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(tx)
      backend = rows[0]?.pid ?? 0
      process.kill(backend, 'SIGSTOP')
      await sql`SELECT 1`.execute(tx)
    })
    const error = await frozen.catch((reason: unknown) => reason)
    process.kill(backend, 'SIGCONT')
    expect(classifyDatabaseError(error)).toBe('failed')
    await database.ping()
  },
  15_000,
)
