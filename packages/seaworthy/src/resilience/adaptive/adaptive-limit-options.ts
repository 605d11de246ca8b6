import {
  callable,
  coreError,
  defineOptions,
  duration,
  formatMs,
  integer,
  number,
  oneOf,
  optional,
  text,
  type Duration,
  type Resolved,
} from 'seaworthy/core'
import type { WaitOrder } from '../bulkhead/fair-lanes.ts'
import { checkQueueSettings } from '../bulkhead/queue-settings.ts'
import { givenName } from '../engine/given-options.ts'
import { classifyLoad, type LoadOutcome } from './load-outcome.ts'

export const limitAlgorithms = ['aimd', 'vegas', 'gradient'] as const

/**
 * How the limit is found.
 *
 * - `aimd`: one more after each window that used it, a share less after drops. Only for services that refuse what is too
 *   much, or with timeouts.
 * - `vegas`: by how many calls wait on the other side, told from their times. Follows fast.
 * - `gradient`: by how much longer calls take than without load. Moves more smoothly and lets more wait.
 */
export type LimitAlgorithmName = (typeof limitAlgorithms)[number]

/** What can be changed while the limit is in use. */
export interface AdaptiveLimitSettings {
  /** The least calls at once, from 1 to 100,000. Default 1. */
  readonly min?: number
  /** The most calls at once, from 1 to 100,000. Default 1,000. */
  readonly max?: number
  /** Calls that may wait for a slot, from 0 to 100,000. Default 0: nobody waits. */
  readonly queue?: number
  /** How long a call may wait for a slot, with a queue. Default: until the call itself is aborted. */
  readonly queueWaitMax?: Duration
  /** Who of a priority and key is served first, and stays when the queue is full. Default `fifo`. */
  readonly order?: WaitOrder
  /** What a refusal carries as `retryAfterMs`. Default 1 s. */
  readonly retryAfter?: Duration
  /** What is left of the limit after a window with drops, from 0.1 to 0.99. Default 0.9. */
  readonly backoff?: number
  /** The share of dropped calls that is put up with, from 0 to 0.5. Default 0.01. */
  readonly dropsTolerated?: number
  /** A call that took longer counts as dropped. Default: only what `classify` says. */
  readonly dropAfter?: Duration
  /**
   * How often the time of a call without load is measured, for which the limit is halved for one window; not with `aimd`.
   * Default 30 s.
   */
  readonly probeInterval?: Duration
}

export interface AdaptiveLimitOptions extends AdaptiveLimitSettings {
  /** What is guarded, for messages, metrics and the registry. */
  readonly name: string
  /** How the limit is found. Default `vegas`. */
  readonly algorithm?: LimitAlgorithmName
  /** The limit to begin with, from `min` to `max`. Default 20, or what of the two is nearer to it. */
  readonly initial?: number
  /** How long calls are gathered at least before the limit moves, from 10 ms to a minute. Default 250 ms. */
  readonly window?: Duration
  /** How many are gathered at least, from 1 to 10,000. Default 10. */
  readonly windowCalls?: number
  /** What an error says about the load of the other side. Default {@link classifyLoad}. */
  readonly classify?: (error: unknown) => LoadOutcome
  /** What a value says about it. Default: that it is `served`. */
  readonly classifyResult?: (value: unknown) => LoadOutcome
}

export const adaptiveLimitDefaults = {
  algorithm: 'vegas',
  min: 1,
  max: 1_000,
  queue: 0,
  order: 'fifo',
  retryAfter: '1s',
  backoff: 0.9,
  dropsTolerated: 0.01,
  probeInterval: '30s',
  window: '250ms',
  windowCalls: 10,
  classify: classifyLoad,
} as const

const initialDefault = 20

const fields = {
  name: text(),
  algorithm: oneOf(...limitAlgorithms),
  min: integer(1, 100_000),
  max: integer(1, 100_000),
  initial: optional(integer(1, 100_000)),
  queue: integer(0, 100_000),
  queueWaitMax: optional(duration('1ms', '1d')),
  order: oneOf('fifo', 'lifo'),
  retryAfter: duration(0, '1d'),
  backoff: number(0.1, 0.99),
  dropsTolerated: number(0, 0.5),
  dropAfter: optional(duration('1ms', '1d')),
  probeInterval: duration('1s', '1d'),
  window: duration('10ms', '1m'),
  windowCalls: integer(1, 10_000),
  classify: callable<(error: unknown) => LoadOutcome>(),
  classifyResult: optional(callable<(value: unknown) => LoadOutcome>()),
}

export type ResolvedAdaptiveLimit = Resolved<typeof fields> & { readonly initial: number }

const resolve = defineOptions('adaptive limit', adaptiveLimitDefaults, fields)

/**
 * @param written what of the options is new: all of them, or the changes
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resolveAdaptiveLimitOptions(
  options: AdaptiveLimitOptions,
  written: AdaptiveLimitSettings = options,
): ResolvedAdaptiveLimit {
  const resolved = resolve(options, givenName(options))
  const { name, algorithm, min, max, initial = Math.min(max, Math.max(min, initialDefault)) } = resolved
  checkQueueSettings('adaptive limit', resolved, written)
  if (algorithm === 'aimd' && written.probeInterval !== undefined) {
    const received = formatMs(resolved.probeInterval)
    throw invalid(
      name,
      'probeInterval',
      `left out with the "algorithm" "aimd", which does not probe, received ${received}`,
    )
  }
  if (max < min) throw invalid(name, 'max', `at least "min", ${min}, received ${max}`)
  if (initial < min || initial > max) {
    throw invalid(name, 'initial', `from "min", ${min}, to "max", ${max}, received ${initial}`)
  }
  return Object.freeze({ ...resolved, initial })
}

function invalid(name: string, key: string, complaint: string): Error {
  const target = `adaptive limit "${name}"`
  return coreError('ERR_INVALID_OPTION', `Cannot configure ${target}: "${key}" must be ${complaint}`, {
    details: { target, key },
  })
}
