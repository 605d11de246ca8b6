import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { migrate } from '../src/index.ts'
import { runSql, testServer } from './support.ts'

const server = testServer()

function creates(table: string): Migration {
  return { up: async (db) => void (await sql`CREATE TABLE ${sql.id(table)} (n int)`.execute(db)) }
}

const breaks: Migration = { up: async (db) => void (await sql`CREATE TABEL oops ()`.execute(db)) }

test('migrate: runs what is missing, in order, into the schema, once', async () => {
  const url = await server.freshDatabase()
  const first = { '001_one': creates('one') }
  expect(await migrate(url, { schema: 'app', migrations: first })).toEqual({ applied: ['001_one'] })
  const both = { '002_two': creates('two'), ...first }
  expect(await migrate(url, { schema: 'app', migrations: both })).toEqual({ applied: ['002_two'] })
  expect(await migrate(url, { schema: 'app', migrations: both })).toEqual({ applied: [] })
  const tables = await runSql(url, `SELECT tablename FROM pg_tables WHERE schemaname = 'app' ORDER BY 1`)
  expect(tables).toEqual([{ tablename: 'one' }, { tablename: 'two' }])
})

test('migrate: schemas in one database have lists of their own', async () => {
  const url = await server.freshDatabase()
  await migrate(url, { schema: 'left', migrations: { '001': creates('one') } })
  expect(await migrate(url, { schema: 'right', migrations: { '001': creates('one') } })).toEqual({
    applied: ['001'],
  })
})

test('migrate: names the migration that failed and keeps nothing of the run', async () => {
  const url = await server.freshDatabase()
  const run = migrate(url, { schema: 'app', migrations: { '001_good': creates('one'), '002_bad': breaks } })
  await expect(run).rejects.toMatchObject({
    code: 'ERR_MIGRATION_FAILED',
    message: expect.stringMatching(/migration "002_bad" must run through, and it failed: syntax error/),
    details: { migration: '002_bad', sqlstate: '42601' },
  })
  expect(await runSql(url, `SELECT to_regclass('app.one') AS one`)).toEqual([{ one: null }])
})

test('migrate: refuses a database that is ahead', async () => {
  const url = await server.freshDatabase()
  const migrations = { '001': creates('one'), '002_new': creates('two') }
  await migrate(url, { schema: 'app', migrations })
  await expect(migrate(url, { schema: 'app', migrations: { '001': creates('one') } })).rejects.toMatchObject({
    code: 'ERR_DATABASE_AHEAD',
    details: { foreign: ['002_new'] },
  })
})

test('migrate: two processes at once run each migration once', async () => {
  const url = await server.freshDatabase()
  const options = { schema: 'app', migrations: { '001': creates('one'), '002': creates('two') } }
  const reports = await Promise.all([migrate(url, options), migrate(url, options), migrate(url, options)])
  expect(reports.map(({ applied }) => applied.length).toSorted()).toEqual([0, 0, 2])
})

test('migrate: waits for another process only so long', async () => {
  const url = await server.freshDatabase()
  const other = new Client({ connectionString: url })
  await other.connect()
  await other.query(`SELECT pg_advisory_lock(hashtextextended('seaworthy migrate app', 0))`)
  const run = migrate(url, { schema: 'app', migrations: {}, lock: '150ms' })
  await expect(run).rejects.toMatchObject({ code: 'ERR_MIGRATION_LOCKED', retryAfterMs: 150 })
  await other.end()
})

test('migrate: refuses a schema name that needs quoting', async () => {
  const run = migrate('postgres://localhost/x', { schema: 'a"b', migrations: {} })
  await expect(run).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
})
