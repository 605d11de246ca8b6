import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of `@seaworthy/postgres`. */
export const postgresErrors = {
  ERR_DATABASE_IN_USE: {
    title: 'Database in use',
    status: 500,
    meaning: 'Another live process runs the embedded database of this data folder.',
    remedy: 'Stop the other process, or give this one its own DATA_DIR.',
  },
  ERR_DATABASE_START: {
    title: 'Embedded database did not start',
    status: 500,
    meaning: 'The embedded PostgreSQL could not be prepared or did not become ready in time.',
    remedy: "Read the server's last lines in the message; free the disk, port or memory they name.",
  },
  ERR_EMBEDDED_UNSUPPORTED: {
    title: 'No embedded database for this machine',
    status: 500,
    meaning: 'No PostgreSQL binaries are installed for this operating system and processor.',
    remedy: 'Install without --omit=optional, or set DATABASE_URL to a PostgreSQL server.',
  },
  ERR_DATABASE_URL: {
    title: 'Malformed database address',
    status: 500,
    meaning: 'DATABASE_URL is not a PostgreSQL connection address.',
    remedy: 'Set DATABASE_URL to postgres://user:password@host:port/database.',
  },
  ERR_DATABASE_UNREACHABLE: {
    title: 'Database unreachable',
    status: 503,
    meaning: 'No PostgreSQL server answers at the host and port of DATABASE_URL.',
    remedy: 'Start the server, or correct the host and port in DATABASE_URL.',
  },
  ERR_DATABASE_CREDENTIALS: {
    title: 'Database refused the credentials',
    status: 500,
    meaning: 'The server does not accept the user or the password of DATABASE_URL.',
    remedy: 'Correct the user and the password in DATABASE_URL; percent-encode special characters.',
  },
  ERR_DATABASE_MISSING: {
    title: 'Database does not exist',
    status: 500,
    meaning: 'The server has no database of the name in DATABASE_URL.',
    remedy: 'Create the database, or correct the name in DATABASE_URL.',
  },
  ERR_DATABASE_TOO_OLD: {
    title: 'Database too old',
    status: 500,
    meaning: 'The server is older than PostgreSQL 15.',
    remedy: 'Point DATABASE_URL at PostgreSQL 15 or newer.',
  },
  ERR_POOL_EXHAUSTED: {
    title: 'Connection pool exhausted',
    status: 503,
    meaning: 'All connections are taken and no place to wait is left, or the wait took too long.',
    remedy: 'Try again later; shorten transactions before raising the size of the pool.',
  },
  ERR_DATABASE_CLOSED: {
    title: 'Database closed',
    status: 503,
    meaning: 'The pool was used after its close began.',
    remedy: 'The service is shutting down; send the work elsewhere.',
  },
  ERR_NESTED_TRANSACTION: {
    title: 'Nested transaction',
    status: 500,
    meaning: 'A transaction was opened inside another one of the same database.',
    remedy: 'Pass the outer transaction handle down instead of opening a second one.',
  },
  ERR_TRANSACTION_ENDED: {
    title: 'Transaction ended',
    status: 500,
    meaning: 'A transaction handle was used after its transaction had ended.',
    remedy: 'Await every statement inside the transaction, and do not keep the handle.',
  },
  ERR_TENANT_INVALID: {
    title: 'Invalid tenant',
    status: 500,
    meaning: 'The tenant of a transaction is not a UUID, or the database did not accept its signature.',
    remedy: 'Pass the tenant as a lower-case UUID; provision the database with the same tenancy key.',
  },
  ERR_TENANCY_ROLE: {
    title: 'Unsafe application role',
    status: 500,
    meaning: 'The role of the application could step around row-level security.',
    remedy: 'Give the application a role that owns nothing and is a member of no role.',
  },
  ERR_DATABASE_UNAVAILABLE: {
    title: 'Database unavailable',
    status: 503,
    meaning: 'The connection was lost or refused, or the server lacks resources.',
    remedy: 'Try again later.',
  },
  ERR_DATABASE_TIMEOUT: {
    title: 'Database timeout',
    status: 503,
    meaning: 'A statement, a lock or an idle transaction took longer than its limit.',
    remedy: 'Try again later; look at the plan of the statement and at what holds the lock.',
  },
  ERR_DATABASE_CONFLICT: {
    title: 'Concurrent change',
    status: 409,
    meaning: 'The transaction collided with another one (serialization failure or deadlock).',
    remedy: 'Run the whole transaction again.',
  },
  ERR_CONSTRAINT_VIOLATED: {
    title: 'Constraint violated',
    status: 409,
    meaning: 'A row breaks a unique, foreign key, check, exclusion or not-null constraint.',
    remedy: 'Correct the data; the details name the constraint.',
  },
  ERR_DATA_REJECTED: {
    title: 'Data rejected',
    status: 400,
    meaning: 'A value does not fit its type: out of range, malformed, or too long.',
    remedy: 'Correct the value.',
  },
  ERR_DATABASE_FORBIDDEN: {
    title: 'Forbidden by the database',
    status: 403,
    meaning: 'The role may not do this, or a row belongs to another tenant.',
    remedy: "Check the tenant of the transaction and the role's grants.",
  },
  ERR_STATEMENT_FAILED: {
    title: 'Statement failed',
    status: 500,
    meaning: 'The database refused a statement for a reason that the caller cannot mend.',
    remedy: 'Correct the statement; the details hold the SQLSTATE.',
  },
  ERR_MIGRATION_FAILED: {
    title: 'Migration failed',
    status: 500,
    meaning: 'A migration threw; nothing of this run was kept.',
    remedy: 'Correct the migration that the message names and start again.',
  },
  ERR_MIGRATION_LOCKED: {
    title: 'Migrations locked',
    status: 503,
    meaning: 'Another process migrates the same schema and did not finish in time.',
    remedy: 'Wait for the other process, or raise the lock wait.',
  },
  ERR_DATABASE_AHEAD: {
    title: 'Database ahead of the program',
    status: 500,
    meaning: 'The database has migrations that this version of the program does not know.',
    remedy: 'Start the newer version of the program, or restore an older backup.',
  },
  ERR_BAD_CURSOR: {
    title: 'Bad cursor',
    status: 400,
    meaning: 'A page cursor is malformed, altered, or was made for another list.',
    remedy: 'Start again from the first page.',
  },
} as const satisfies ErrorTable

/** A code of `@seaworthy/postgres`. */
export type PostgresErrorCode = keyof typeof postgresErrors

export const postgresError = errorFactory(postgresErrors)
