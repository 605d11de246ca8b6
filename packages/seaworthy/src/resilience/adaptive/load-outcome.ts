import { askForeign, errorCode } from 'seaworthy/core'
import { classifyError } from '../engine/classify-error.ts'
import { statusOf } from '../engine/status-of.ts'

/**
 * What the end of a call says about the load of the other side.
 *
 * - `served`: it was done; the time it took counts
 * - `answered`: it failed, but not for the load; the time it took says nothing
 * - `overloaded`: it was dropped: refused as too much, or not done in time
 * - `ignored`: it never got there, or whoever called gave up
 */
export type LoadOutcome = 'served' | 'answered' | 'overloaded' | 'ignored'

/** Too many requests, service unavailable, gateway timeout. */
const overloadStatuses: ReadonlySet<number | undefined> = new Set([429, 503, 504])

/** Of connections that took too long; timeouts of ours have a status of 504. */
const timeoutCodes: ReadonlySet<string | undefined> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

/**
 * What an error says about the load of the other side: `overloaded` for a timeout and for a status of 429, 503 or 504,
 * `ignored` for refusals of policies of our own and for an abort, else `answered`.
 */
export function classifyLoad(error: unknown): LoadOutcome {
  if (classifyError(error) === 'ignored') return 'ignored'
  if (timeoutCodes.has(errorCode(error)) || overloadStatuses.has(statusOf(error))) return 'overloaded'
  const name = askForeign(() => (error instanceof Error ? error.name : undefined))
  if (name === 'TimeoutError') return 'overloaded'
  return name === 'AbortError' ? 'ignored' : 'answered'
}
