import { errorCode, type Outcome } from 'seaworthy/core'

/** Refusals of our own policies: they say nothing about the dependency. */
const ownRefusals: ReadonlySet<string> = new Set([
  'ERR_CIRCUIT_OPEN',
  'ERR_BULKHEAD_FULL',
  'ERR_QUEUE_TIMEOUT',
  'ERR_CONCURRENCY_LIMIT',
  'ERR_LOAD_SHED',
  'ERR_CLIENT_THROTTLED',
  'ERR_RATE_EXCEEDED',
  'ERR_RATE_COST',
  'ERR_LIMIT_UNREACHABLE',
])

/** What an error says about the dependency: `ignored` for a refusal of our own policies, else `failed`. */
export function classifyError(error: unknown): Outcome {
  return ownRefusals.has(errorCode(error) ?? '') ? 'ignored' : 'failed'
}

/**
 * What an abort of the call says about the dependency: `failed` when a timeout around it was over while the work ran,
 * else `ignored`. A caller who gives up because of a timeout of its own is a caller who gives up: how long it waits is no
 * measure of the dependency.
 *
 * @param callers the signal of the caller, which is aborted if that has ended the call
 */
export function classifyAbort(reason: unknown, callers: AbortSignal | undefined): Outcome {
  return callers?.aborted !== true && errorCode(reason) === 'ERR_TIMEOUT' ? 'failed' : 'ignored'
}
