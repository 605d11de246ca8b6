import { formatMs, refusalChannel, type SeaworthyError } from 'seaworthy/core'
import { resilienceError, type ResilienceErrorCode } from '../resilience-errors.ts'
import type { BreakerStatus } from './breaker-state.ts'

/** What a breaker says to a call that it refuses. */
export interface BreakerRefusal {
  readonly name: string
  readonly state: BreakerStatus['kind']
  /** What the operator gave as the reason for forcing it open. */
  readonly note: string | undefined
  readonly retryAfterMs: number
}

/** The error of a refused call. It has no stack: there may be thousands of it, and its message says all. */
export function refusalError(refusal: BreakerRefusal): SeaworthyError<ResilienceErrorCode> {
  const { name, state, note, retryAfterMs } = refusal
  const must =
    state === 'closed' ? 'must be closed for longer, has just closed' : `must be closed, is ${state}`
  return resilienceError(
    'ERR_CIRCUIT_OPEN',
    `Cannot call "${name}": its circuit ${must}; try again in ${formatMs(retryAfterMs)}`,
    { details: { name, state, note }, retryAfterMs, isStackless: true },
  )
}

export function publishRefusal(name: string, retryAfterMs: number): void {
  if (refusalChannel.hasSubscribers) refusalChannel.publish({ name, reason: 'circuit-open', retryAfterMs })
}
