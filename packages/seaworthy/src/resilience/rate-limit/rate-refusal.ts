import { formatMs, refusalChannel, type SeaworthyError } from 'seaworthy/core'
import { resilienceError } from '../resilience-errors.ts'
import type { LimitRefusal } from './limiter.ts'

/** What a refusal tells of its limit. */
export interface RefusingLimit {
  readonly name: string
  readonly limit: number
  readonly intervalMs: number
  readonly queue: number
  readonly queueWaitMaxMs: number
}

/** The error of who gets no units, which is told of on the channel, too. */
export function rateRefusal(
  by: RefusingLimit,
  { reason, retryAfterMs, waitedMs = 0 }: LimitRefusal,
  cost: number,
): SeaworthyError<'ERR_RATE_EXCEEDED'> {
  const { name, limit, intervalMs, queue, queueWaitMaxMs } = by
  if (refusalChannel.hasSubscribers) refusalChannel.publish({ name, reason: 'rate-exceeded', retryAfterMs })
  const after = waitedMs > 0 ? `, after ${formatMs(Math.ceil(waitedMs))} of waiting` : ''
  const why = {
    rate: `this one would have to wait for ${formatMs(retryAfterMs)}`,
    'queue-full': `and ${queue} may wait, all places are taken`,
    wait: `its turn must come within ${formatMs(queueWaitMaxMs)}, would come in ${formatMs(retryAfterMs)}${after}`,
  }[reason]
  return resilienceError(
    'ERR_RATE_EXCEEDED',
    `Cannot call "${name}": at most ${limit} units may start in ${formatMs(intervalMs)}, ${why}`,
    { details: { name, reason, limit, intervalMs, cost }, retryAfterMs },
  )
}

/**
 * Refuses a cost that could never start.
 *
 * @throws SeaworthyError ERR_RATE_COST
 */
export function checkCost(cost: number, costMax: number, name: string): void {
  if (Number.isInteger(cost) && cost >= 1 && cost <= costMax) return
  throw resilienceError(
    'ERR_RATE_COST',
    `Cannot take units of "${name}": cost must be a whole number from 1 to ${costMax}, received ${cost}`,
    { details: { name, cost, costMax } },
  )
}
