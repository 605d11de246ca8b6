import { isSeaworthyError, type Outcome, type SeaworthyError } from 'seaworthy/core'
import { postgresError, type PostgresErrorCode } from '../postgres-errors.ts'

/** What the protocol tells of an error, without the parts that can hold values. */
interface ServerFacts {
  readonly sqlstate: string
  readonly constraint: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
}

interface Verdict {
  readonly code: PostgresErrorCode
  readonly says: string
}

/** By SQLSTATE; a class of two characters holds for all of its states that are not listed. */
const verdicts: Readonly<Record<string, Verdict>> = {
  '08': { code: 'ERR_DATABASE_UNAVAILABLE', says: 'the connection failed' },
  '22': { code: 'ERR_DATA_REJECTED', says: 'a value does not fit its type' },
  '23': { code: 'ERR_CONSTRAINT_VIOLATED', says: 'a constraint does not hold' },
  '25P03': { code: 'ERR_DATABASE_TIMEOUT', says: 'the transaction was idle for longer than its limit' },
  '25P04': { code: 'ERR_DATABASE_TIMEOUT', says: 'the transaction took longer than its limit' },
  '28': { code: 'ERR_DATABASE_CREDENTIALS', says: 'the server does not accept the credentials' },
  '3D000': { code: 'ERR_DATABASE_MISSING', says: 'the database does not exist' },
  '40': { code: 'ERR_DATABASE_CONFLICT', says: 'another transaction got in the way' },
  '42501': {
    code: 'ERR_DATABASE_FORBIDDEN',
    says: 'the role may not do this, or the row is of another tenant',
  },
  '53': { code: 'ERR_DATABASE_UNAVAILABLE', says: 'the server lacks resources' },
  '55P03': { code: 'ERR_DATABASE_TIMEOUT', says: 'a lock was not to be had within its limit' },
  '57': { code: 'ERR_DATABASE_UNAVAILABLE', says: 'the server is shutting down or recovering' },
  '57014': {
    code: 'ERR_DATABASE_TIMEOUT',
    says: 'the statement took longer than its limit or was cancelled',
  },
  SWTEN: { code: 'ERR_TENANT_INVALID', says: 'the tenant was not accepted: key, expiry or clock differ' },
  '58': { code: 'ERR_DATABASE_UNAVAILABLE', says: 'the server has a fault of its system' },
}

const sick: ReadonlySet<string> = new Set<PostgresErrorCode>([
  'ERR_DATABASE_UNAVAILABLE',
  'ERR_DATABASE_UNREACHABLE',
  'ERR_DATABASE_CREDENTIALS',
  'ERR_DATABASE_MISSING',
  'ERR_DATABASE_TIMEOUT',
])

const retryAfterMs = 1_000

/**
 * What an error says about the database, for a breaker: `failed` when it is unreachable, too slow or out of resources;
 * `ignored` when it works and refuses the data, when a caller gave up, or when the pool refused the call.
 */
export function classifyDatabaseError(error: unknown): Outcome {
  return sick.has(databaseError(error).code) ? 'failed' : 'ignored'
}

/**
 * The error as a coded one. It keeps the SQLSTATE and the names of constraint, table and column; SQL and values, which
 * the server's own message and detail may hold, are left out. A coded error is returned as it is.
 *
 * @param statement the statement's label, without values
 */
export function databaseError(error: unknown, statement = 'statement'): SeaworthyError {
  if (isSeaworthyError(error)) return error
  const facts = serverFacts(error)
  if (facts === undefined) return clientError(error, statement)
  const verdict = verdicts[facts.sqlstate] ?? verdicts[facts.sqlstate.slice(0, 2)]
  const { code, says } = verdict ?? { code: 'ERR_STATEMENT_FAILED', says: namesOnly(error, facts.sqlstate) }
  const where = facts.constraint === undefined ? '' : `, constraint ${facts.constraint}`
  return postgresError(code, `Cannot run ${statement}: ${says} (SQLSTATE ${facts.sqlstate}${where})`, {
    details: { ...facts, statement },
    ...(sick.has(code) || code === 'ERR_DATABASE_CONFLICT' ? { retryAfterMs } : {}),
  })
}

/** The SQLSTATE that a raw or a coded error carries. */
export function sqlstateOf(error: unknown): string | undefined {
  if (isSeaworthyError(error)) {
    const { sqlstate } = error.details
    return typeof sqlstate === 'string' ? sqlstate : undefined
  }
  return serverFacts(error)?.sqlstate
}

function serverFacts(error: unknown): ServerFacts | undefined {
  const sqlstate = textOf(error, 'code')
  if (sqlstate === undefined || !/^[0-9A-Z]{5}$/.test(sqlstate) || textOf(error, 'severity') === undefined)
    return undefined
  const [constraint, table, column] = [
    textOf(error, 'constraint'),
    textOf(error, 'table'),
    textOf(error, 'column'),
  ]
  return { sqlstate, constraint, table, column }
}

/** States whose message holds names of things and no values: undefined column, table, function. */
const namingStates: ReadonlySet<string> = new Set(['42703', '42P01', '42883', '42P10', '42704', '3F000'])

function namesOnly(error: unknown, sqlstate: string): string {
  return namingStates.has(sqlstate) ? (textOf(error, 'message') ?? 'refused') : 'the server refused it'
}

/** The driver raises plain errors, and the system's own, for what happens to its connection. */
function clientError(error: unknown, statement: string): SeaworthyError {
  const reason = systemTrouble(textOf(error, 'code')) ?? driverTrouble(textOf(error, 'message'))
  if (reason === undefined) {
    return postgresError('ERR_STATEMENT_FAILED', `Cannot run ${statement}: the driver refused it`, {
      cause: error,
    })
  }
  const code = reason === 'query timeout' ? 'ERR_DATABASE_TIMEOUT' : 'ERR_DATABASE_UNAVAILABLE'
  return postgresError(code, `Cannot run ${statement}: the connection must stay up, received ${reason}`, {
    details: { reason, statement },
    retryAfterMs,
  })
}

const systemCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
])

function systemTrouble(code: string | undefined): string | undefined {
  return code !== undefined && systemCodes.has(code) ? code : undefined
}

const driverMessages =
  /^(?:Connection terminated|timeout expired|timeout exceeded when trying to connect|Client was closed|Client has encountered a connection error)/

function driverTrouble(message: string | undefined): string | undefined {
  if (message === 'Query read timeout') return 'query timeout'
  return message !== undefined && driverMessages.test(message) ? 'connection lost' : undefined
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found: unknown = Reflect.get(value, key)
  return typeof found === 'string' ? found : undefined
}
