import { types, type ClientConfig } from 'pg'
import type { ResolvedDatabaseOptions } from './database-options.ts'

const plainText: ReadonlySet<number> = new Set<number>([types.builtins.DATE, types.builtins.TIMESTAMP])

/** Days and local times stay text: a `Date` would place them in this machine's time zone. */
const typeParsers = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    plainText.has(oid)
      ? (value: string) => value
      : types.getTypeParser(oid, format as 'text')) as typeof types.getTypeParser,
}

/** The client is given up this long after the server should have ended the statement: the server is frozen. */
const serverGraceMs = 2_000

/** What every connection of a pool is made with. The limits are the server's own, so they hold without this process. */
export function clientConfig(options: ResolvedDatabaseOptions): ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.name,
    connectionTimeoutMillis: options.connectionTimeout,
    statement_timeout: options.statementTimeout,
    lock_timeout: options.lockTimeout,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeout,
    query_timeout: options.statementTimeout + serverGraceMs,
    keepAlive: true,
    types: typeParsers,
    ...(options.schema === undefined ? {} : { options: `-c search_path=${options.schema}` }),
  }
}
