/**
 * PostgreSQL for services: an embedded server, a guarded pool, migrations, tenancy by row-level security, pages by
 * position and bulk writes.
 *
 * @module
 */

export { connectOrExplain, type ConnectOrExplainOptions, type ServerFacts } from './connect-or-explain.ts'
export {
  embeddedPostgresDefaults,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded/start-embedded-postgres.ts'
export { migrate, migrateDefaults, type MigrateOptions, type MigrationReport } from './migrate.ts'
export { createDatabase } from './pool/create-database.ts'
export { classifyDatabaseError, databaseError, sqlstateOf } from './pool/database-error.ts'
export { databaseDefaults, type DatabaseOptions, type TenancyOptions } from './pool/database-options.ts'
export type { Database, TransactionOptions } from './pool/database.ts'
export { isolationLevels, type IsolationLevel } from './pool/session.ts'
export { postgresError, postgresErrors, type PostgresErrorCode } from './postgres-errors.ts'
export {
  bulkDefaults,
  bulkInsert,
  bulkUpsert,
  type BulkCounts,
  type BulkOptions,
  type BulkRow,
  type BulkUpsertOptions,
} from './query/bulk-write.ts'
export { decodeCursor, encodeCursor, type CursorOptions } from './query/cursor.ts'
export {
  keysetDefaults,
  keysetPage,
  type KeysetColumn,
  type KeysetOptions,
  type Page,
} from './query/keyset-page.ts'
export { enableTenantIsolation, type TenantIsolationOptions } from './tenancy/enable-tenant-isolation.ts'
export {
  provisionTenancy,
  type ProvisionedTenancy,
  type ProvisionTenancyOptions,
} from './tenancy/provision-tenancy.ts'
