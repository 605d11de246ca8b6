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
 * else `ignored`.
 */
export function classifyAbort(reason: unknown): Outcome {
  return errorCode(reason) === 'ERR_TIMEOUT' ? 'failed' : 'ignored'
}
