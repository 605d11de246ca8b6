import {
  defineOptions,
  duration,
  integer,
  oneOf,
  optional,
  text,
  type Duration,
  type Resolved,
} from 'seaworthy/core'
import { givenName } from '../engine/given-options.ts'
import type { WaitOrder } from './fair-lanes.ts'
import { checkQueueSettings } from './queue-settings.ts'

/** What can be changed while the bulkhead is in use. */
export interface BulkheadSettings {
  /** Calls that may be under way at once, from 1 to 100,000. Default 10. */
  readonly concurrency?: number
  /** Calls that may wait for a slot, from 0 to 100,000. Default 0: nobody waits. */
  readonly queue?: number
  /** How long a call may wait for a slot, with a queue. Default: until the call itself is aborted. */
  readonly queueWaitMax?: Duration
  /**
   * Who is served first among the calls of one priority and key. The other end goes when the queue is full: the newcomer
   * with `fifo`, the oldest with `lifo`. Under lasting overload `lifo` serves callers that are still there. Default `fifo`.
   */
  readonly order?: WaitOrder
  /** What a refusal carries as `retryAfterMs`. Default 1 s. */
  readonly retryAfter?: Duration
}

export interface BulkheadOptions extends BulkheadSettings {
  /** What is guarded, for messages, metrics and the registry. */
  readonly name: string
}

export const bulkheadDefaults = { concurrency: 10, queue: 0, order: 'fifo', retryAfter: '1s' } as const

const fields = {
  name: text(),
  concurrency: integer(1, 100_000),
  queue: integer(0, 100_000),
  queueWaitMax: optional(duration('1ms', '1d')),
  order: oneOf('fifo', 'lifo'),
  retryAfter: duration(0, '1d'),
}

export type ResolvedBulkhead = Resolved<typeof fields>

const resolve = defineOptions('bulkhead', bulkheadDefaults, fields)

/**
 * @param written what of the options is new: all of them, or the changes
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resolveBulkheadOptions(
  options: BulkheadOptions,
  written: BulkheadSettings = options,
): ResolvedBulkhead {
  const resolved = resolve(options, givenName(options))
  checkQueueSettings('bulkhead', resolved, written)
  return resolved
}
