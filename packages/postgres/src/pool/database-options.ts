import {
  defineOptions,
  duration,
  integer,
  matching,
  optional,
  secret,
  systemRuntime,
  text,
  type Duration,
  type Resolved,
  type Runtime,
} from 'seaworthy/core'

/** How transactions prove their tenant; the same as given to `provisionTenancy`. */
export interface TenancyOptions {
  /** The schema that was provisioned. */
  readonly schema: string
  /** The signing key: at least 32 characters of a random text. */
  readonly key: string
}

export interface DatabaseOptions {
  /** The address: postgres://user:password@host:port/database. */
  readonly url: string
  /** The pool's name in metrics and messages. */
  readonly name: string
  /** The first schema that names without one are looked up in; by default the server's. */
  readonly schema?: string
  /** Connections at most. Default 10. */
  readonly poolMax?: number
  /** Transactions that may wait for a connection. More are refused at once. Default 100. */
  readonly waitersMax?: number
  /** How long a wait for a connection, and a connect, may take. Default 2 s. */
  readonly connectionTimeout?: Duration
  /** The server's limit for one statement. Default 5 s. */
  readonly statementTimeout?: Duration
  /** The server's limit for the wait for one lock. Default 2 s. */
  readonly lockTimeout?: Duration
  /** The server's limit for a transaction in which nothing runs. Default 10 s. */
  readonly idleInTransactionTimeout?: Duration
  /** The age at which a connection is replaced, so that a failover is noticed. Default 30 min. */
  readonly maxLifetime?: Duration
  /** How long a close waits for transactions before it cancels them. Default 5 s. */
  readonly closeTimeout?: Duration
  /** Turns on `tenant` in transactions. */
  readonly tenancy?: TenancyOptions
  /** Time and random numbers; by default the machine's. */
  readonly runtime?: Runtime
}

export const databaseDefaults = {
  poolMax: 10,
  waitersMax: 100,
  connectionTimeout: '2s',
  statementTimeout: '5s',
  lockTimeout: '2s',
  idleInTransactionTimeout: '10s',
  maxLifetime: '30m',
  closeTimeout: '5s',
  runtime: systemRuntime,
} as const

const fields = {
  url: secret(matching('an address such as postgres://user:password@host:port/database', isUrl)),
  name: text(),
  schema: optional(matching('a lower-case name of letters, digits and _', isName)),
  poolMax: integer(1, 1_000),
  waitersMax: integer(0, 100_000),
  connectionTimeout: duration('10ms', '1m'),
  statementTimeout: duration('1ms', '1h'),
  lockTimeout: duration('1ms', '1h'),
  idleInTransactionTimeout: duration('1ms', '1h'),
  maxLifetime: duration('1s', '1d'),
  closeTimeout: duration('0ms', '10m'),
  tenancy: secret(optional(matching('{ schema, key } with a key of at least 32 characters', isTenancy))),
  runtime: matching('a runtime with clock and random', isRuntime),
}

export const resolveDatabaseOptions = defineOptions('database', databaseDefaults, fields)

export type ResolvedDatabaseOptions = Resolved<typeof fields>

/** Whether the text is a schema's or a role's name that needs no quotes. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z_][a-z0-9_]{0,50}$/.test(value)
}

/** Whether the text is the key of a tenancy. */
export function isTenancyKey(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 32 && value.length <= 1_000
}

function isTenancy(value: unknown): value is TenancyOptions {
  if (typeof value !== 'object' || value === null || !('schema' in value) || !('key' in value)) return false
  return isName(value.schema) && isTenancyKey(value.key)
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && /^postgres(?:ql)?:\/\//.test(value) && URL.canParse(value)
}

function isRuntime(value: unknown): value is Runtime {
  return typeof value === 'object' && value !== null && 'clock' in value && 'random' in value
}
