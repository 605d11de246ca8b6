import { Client } from 'pg'
import { errorCode, isSeaworthyError, toMs, type Duration, type SeaworthyError } from 'seaworthy/core'
import { sqlstateOf } from './pool/database-error.ts'
import { postgresError } from './postgres-errors.ts'

export interface ConnectOrExplainOptions {
  /** The limit of the whole check. Default 4 s. */
  readonly timeout?: Duration
}

/** What the check found. */
export interface ServerFacts {
  /** The number of the server's version, 180004 for 18.4. */
  readonly version: number
}

const versionMin = 150_000

/**
 * Checks the address of a database before anything is built on it. Each error names DATABASE_URL, host and port, and
 * what to do; never the password.
 *
 * @throws SeaworthyError ERR_DATABASE_URL, ERR_DATABASE_UNREACHABLE, ERR_DATABASE_CREDENTIALS, ERR_DATABASE_MISSING or
 * ERR_DATABASE_TOO_OLD
 */
export async function connectOrExplain(
  url: string,
  options: ConnectOrExplainOptions = {},
): Promise<ServerFacts> {
  const address = parseAddress(url)
  const limitMs = toMs(options.timeout ?? '4s', 'timeout')
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: Math.ceil(limitMs / 2),
    query_timeout: Math.floor(limitMs / 2),
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    )
    const version = rows[0]?.version ?? 0
    if (version < versionMin) throw tooOld(address, version)
    return Object.freeze({ version })
  } catch (error) {
    throw explain(error, address)
  } finally {
    void client.end().catch(() => undefined)
  }
}

interface Address {
  readonly host: string
  readonly user: string
  readonly database: string
}

function parseAddress(url: string): Address {
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) throw malformed()
  const { hostname, port, username, password, pathname } = new URL(url)
  const [user = '', , database = ''] = [username, password, pathname.slice(1)].map(decode)
  return {
    host: `${hostname || 'localhost'}:${port || '5432'}`,
    user: user || 'the default user',
    database: database || user,
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw malformed()
  }
}

function malformed(): SeaworthyError {
  return postgresError(
    'ERR_DATABASE_URL',
    'Cannot read DATABASE_URL: it must be of the form postgres://user:password@host:port/database, with special characters percent-encoded (% itself as %25)',
  )
}

function explain(error: unknown, { host, user, database }: Address): unknown {
  const details = { host, sqlstate: sqlstateOf(error) }
  const sqlstate = details.sqlstate ?? ''
  if (sqlstate.startsWith('28')) {
    return postgresError(
      'ERR_DATABASE_CREDENTIALS',
      `Cannot use DATABASE_URL: the server at ${host} must accept user "${user}", and it refused the user or the password; correct them, with special characters percent-encoded`,
      { details },
    )
  }
  if (sqlstate === '3D000') {
    return postgresError(
      'ERR_DATABASE_MISSING',
      `Cannot use DATABASE_URL: database "${database}" must exist on ${host}; create it with: createdb ${database}`,
      { details },
    )
  }
  if (isSeaworthyError(error)) return error
  const reason = sqlstate || (errorCode(error) ?? 'no answer in time')
  return postgresError(
    'ERR_DATABASE_UNREACHABLE',
    `Cannot use DATABASE_URL: a PostgreSQL server must answer at ${host}, received ${reason}; start it, or correct host and port`,
    { details, retryAfterMs: 1_000 },
  )
}

function tooOld({ host }: Address, version: number): SeaworthyError {
  return postgresError(
    'ERR_DATABASE_TOO_OLD',
    `Cannot use DATABASE_URL: the server at ${host} must be PostgreSQL 15 or newer, received ${Math.floor(version / 10_000)}`,
    { details: { host, version } },
  )
}
