import { Kysely, PostgresDialect } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, Migrator, type Migration } from 'kysely/migration'
import { Pool, type Client } from 'pg'
import { defineOptions, duration, matching, type Duration } from 'seaworthy/core'
import { databaseError, sqlstateOf } from './pool/database-error.ts'
import { isName } from './pool/database-options.ts'
import { withClient } from './pool/with-client.ts'
import { postgresError } from './postgres-errors.ts'

export interface MigrateOptions {
  /** The schema that the migrations build: a lower-case name. Created when absent, and first in the search path. */
  readonly schema: string
  /** All migrations by name. Names sort in the order of their run; a released name never changes. */
  readonly migrations: Readonly<Record<string, Migration>>
  /** How long to wait for another process that migrates, and for each lock of a table. Default 30 s. */
  readonly lock?: Duration
  /** The server's limit for one statement. Default 5 min. */
  readonly statementTimeout?: Duration
}

export const migrateDefaults = { lock: '30s', statementTimeout: '5m' } as const

const resolveMigrateOptions = defineOptions('migrations', migrateDefaults, {
  schema: matching('a lower-case name of letters, digits and _', isName),
  migrations: matching('an object of migrations', isMigrations),
  lock: duration('100ms', '1h'),
  statementTimeout: duration('1s', '1d'),
})

type Resolved = ReturnType<typeof resolveMigrateOptions>

/** What a run did. */
export interface MigrationReport {
  /** The migrations that ran now, in order. */
  readonly applied: readonly string[]
}

/**
 * Brings a schema up to date: all missing migrations in one transaction, one process at a time. The list of what ran
 * is kept in the schema `<schema>_migrations`, out of the application's reach.
 *
 * @param ownerUrl the address of the role that owns the schema
 * @throws SeaworthyError ERR_MIGRATION_FAILED naming the migration; nothing of the run is kept
 * @throws SeaworthyError ERR_DATABASE_AHEAD when the database has migrations that are not in the list
 * @throws SeaworthyError ERR_MIGRATION_LOCKED when another process did not finish in time
 */
export async function migrate(ownerUrl: string, options: MigrateOptions): Promise<MigrationReport> {
  const settings = resolveMigrateOptions(options)
  const limits = { lock_timeout: settings.lock, statement_timeout: 0, purpose: 'migrate' }
  return withClient(
    ownerUrl,
    async (client) => {
      await takeLock(client, settings)
      await client.query(`CREATE SCHEMA IF NOT EXISTS "${settings.schema}"`)
      await refuseAhead(client, settings)
      return run(ownerUrl, settings)
    },
    limits,
  )
}

async function takeLock(client: Client, { schema, lock }: Resolved): Promise<void> {
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`seaworthy migrate ${schema}`])
  } catch (error) {
    if (sqlstateOf(error) !== '55P03') throw error
    throw postgresError(
      'ERR_MIGRATION_LOCKED',
      `Cannot migrate schema "${schema}": another process must finish its migrations within ${lock} ms, and it did not; wait for it or raise "lock"`,
      { details: { schema }, retryAfterMs: lock },
    )
  }
}

async function refuseAhead(client: Client, { schema, migrations }: Resolved): Promise<void> {
  const table = `${schema}_migrations.${DEFAULT_MIGRATION_TABLE}`
  const known = await client.query<{ table: string | null }>('SELECT to_regclass($1)::text AS table', [table])
  if (known.rows[0]?.table === null) return
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${table} ORDER BY name`)
  const foreign = rows.map(({ name }) => name).filter((name) => !Object.hasOwn(migrations, name))
  if (foreign.length === 0) return
  throw postgresError(
    'ERR_DATABASE_AHEAD',
    `Cannot migrate schema "${schema}": every migration in the database must be known to this program, and ${foreign.join(', ')} is not; start the newer version`,
    { details: { schema, foreign } },
  )
}

async function run(ownerUrl: string, settings: Resolved): Promise<MigrationReport> {
  const pool = new Pool({
    connectionString: ownerUrl,
    max: 1,
    connectionTimeoutMillis: 4_000,
    statement_timeout: settings.statementTimeout,
    lock_timeout: settings.lock,
    options: `-c search_path=${settings.schema}`,
  })
  pool.on('error', () => undefined)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve({ ...settings.migrations }) },
      migrationTableSchema: `${settings.schema}_migrations`,
    })
    const { error, results = [] } = await migrator.migrateToLatest()
    if (error !== undefined)
      throw failure(
        error,
        settings.schema,
        results.find(({ status }) => status === 'Error'),
      )
    return Object.freeze({ applied: results.map(({ migrationName }) => migrationName) })
  } finally {
    await db.destroy()
  }
}

function failure(error: unknown, schema: string, failed: { migrationName: string } | undefined): Error {
  const name = failed?.migrationName
  const cause = databaseError(error, name === undefined ? 'migrate' : `migration ${name}`)
  const reason = error instanceof Error ? error.message : String(error)
  return postgresError(
    'ERR_MIGRATION_FAILED',
    `Cannot migrate schema "${schema}": ${name === undefined ? 'the list of migrations' : `migration "${name}"`} must run through, and it failed: ${reason}; nothing of this run was kept`,
    { details: { schema, migration: name, sqlstate: sqlstateOf(cause) }, cause: error },
  )
}

function isMigrations(value: unknown): value is Readonly<Record<string, Migration>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every(
    (each: unknown) =>
      typeof each === 'object' && each !== null && 'up' in each && typeof each.up === 'function',
  )
}
