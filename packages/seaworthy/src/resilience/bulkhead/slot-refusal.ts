import { formatMs, refusalChannel, type RefusalReason, type SeaworthyError } from 'seaworthy/core'
import { resilienceError } from '../resilience-errors.ts'
import type { SlotRefusal } from './slot-pool.ts'

/** What was full when somebody got no slot. */
export interface FullSlots {
  /** The code of a refusal because all is taken. */
  readonly code: 'ERR_BULKHEAD_FULL' | 'ERR_CONCURRENCY_LIMIT'
  readonly name: string
  readonly limit: number
  readonly queue: number
  readonly waitMaxMs: number | undefined
  readonly retryAfterMs: number
}

/** The error for who gets no slot; published as well. */
export function slotRefusal(reason: SlotRefusal, slots: FullSlots): SeaworthyError {
  const { name, limit, queue, retryAfterMs } = slots
  const code = reason === 'too-long' ? 'ERR_QUEUE_TIMEOUT' : slots.code
  if (refusalChannel.hasSubscribers) {
    refusalChannel.publish({ name, reason: publishedReason(reason, slots), retryAfterMs })
  }
  return resilienceError(code, `Cannot call "${name}": ${why(reason, slots)}`, {
    details: { name, concurrency: limit, queue },
    retryAfterMs,
  })
}

function publishedReason(reason: SlotRefusal, { code }: FullSlots): RefusalReason {
  if (reason === 'too-long') return 'queue-timeout'
  if (reason === 'displaced') return 'queue-displaced'
  return code === 'ERR_BULKHEAD_FULL' ? 'bulkhead-full' : 'concurrency-limit'
}

function why(reason: SlotRefusal, { limit, queue, waitMaxMs = 0 }: FullSlots): string {
  switch (reason) {
    case 'full':
      return `one of ${limit} slots or ${queue} places in the queue must be free, all are taken`
    case 'displaced':
      return `must keep its place in the queue of ${queue}, a call that goes before it has taken it`
    case 'too-long':
      return `a slot must be free within ${formatMs(waitMaxMs)}, none was`
  }
}
