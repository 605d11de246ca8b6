import {
  boolean,
  defineOptions,
  duration,
  integer,
  matching,
  number,
  oneOf,
  optional,
  text,
  type Duration,
  type Random,
} from 'seaworthy/core'
import { givenName } from '../engine/given-options.ts'
import { hasMethods } from '../engine/has-methods.ts'
import { optionConflict } from '../engine/option-conflict.ts'
import { resolveRateLimitOptions, type ResolvedRateLimit } from './rate-limit-options.ts'
import type { SharedLimit } from './shared-limit.ts'

export const unreachableWays = ['local-share', 'refuse', 'allow'] as const

/**
 * What happens to calls while the store cannot be reached.
 *
 * - `local-share`: this process keeps to a share of the limit by itself.
 * - `refuse`: they are refused with ERR_LIMIT_UNREACHABLE.
 * - `allow`: they pass.
 */
export type WhenUnreachable = (typeof unreachableWays)[number]

export interface SharedRateLimitOptions {
  /** What is limited, for messages, metrics and the registry; the same in all processes that share it. */
  readonly name: string
  /** Where the limit is kept. */
  readonly store: SharedLimit
  /** Units that may start in an interval in all processes together, from 1 to 1,000,000. */
  readonly limit: number
  /** Length of an interval, from 1 ms to 31 days. Default 1 s. */
  readonly interval?: Duration
  /**
   * With 0, one limit for all calls. Else each `key` of calls has a limit of its own, and this is how many this process
   * remembers for the time when the store cannot be reached, up to 1,000,000; they must be more than `queue`. Default 0.
   */
  readonly keys?: number
  /** Callers who may ask or wait at once, from 1 to 100,000. Default 1,000. */
  readonly queue?: number
  /** The longest wait for one's turn; who would have to wait longer is refused at once. Default 0: nobody waits. */
  readonly queueWaitMax?: Duration
  /** How long the store may take to answer, from 1 ms to 1 min. Default 500 ms. */
  readonly storeTimeout?: Duration
  /**
   * How long the store is left alone after it has not answered, up to 1 h; then it is asked for one caller, which may be one
   * who waits for the local share. Default 1 s.
   */
  readonly retryStore?: Duration
  /** What happens to calls while the store cannot be reached. Default `local-share`. */
  readonly whenUnreachable?: WhenUnreachable
  /**
   * Share of the limit that this process keeps to when the store cannot be reached, above 0 to 1: one by the number of
   * processes. At least one unit. Default 0.1.
   */
  readonly localShare?: number
  /** Names this process to the store. Default its number and some random letters. */
  readonly caller?: string
  /** Whether all processes pause as long as the server asks for when it says that calls come too fast. Default true. */
  readonly learn?: boolean
}

export const sharedRateLimitDefaults = {
  interval: '1s',
  keys: 0,
  queue: 1_000,
  queueWaitMax: 0,
  storeTimeout: '500ms',
  retryStore: '1s',
  whenUnreachable: 'local-share',
  localShare: 0.1,
  learn: true,
} as const

const resolveFields = defineOptions('shared rate limit', sharedRateLimitDefaults, {
  name: text(),
  store: matching<SharedLimit>('a store with reserve, giveBack and pause', isSharedLimit),
  limit: integer(1, 1_000_000),
  interval: duration('1ms', '31d'),
  keys: integer(0, 1_000_000),
  queue: integer(1, 100_000),
  queueWaitMax: duration(0, '31d'),
  storeTimeout: duration('1ms', '1m'),
  retryStore: duration(0, '1h'),
  whenUnreachable: oneOf(...unreachableWays),
  localShare: number(0.000_001, 1),
  caller: optional(text()),
  learn: boolean(),
})

export interface ResolvedSharedRateLimit {
  readonly name: string
  readonly store: SharedLimit
  readonly limit: number
  readonly intervalMs: number
  readonly keys: number
  readonly queue: number
  readonly queueWaitMaxMs: number
  readonly storeTimeoutMs: number
  readonly retryStoreMs: number
  readonly whenUnreachable: WhenUnreachable
  readonly caller: string
  /** The limit that holds in this process when the store cannot be reached. */
  readonly local: ResolvedRateLimit
}

/**
 * Checks and completes.
 *
 * @param random for the name of this process
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resolveSharedRateLimitOptions(
  options: SharedRateLimitOptions,
  random: Random,
): ResolvedSharedRateLimit {
  const { interval, queueWaitMax, storeTimeout, retryStore, localShare, caller, learn, ...rest } =
    resolveFields(options, givenName(options))
  const { name, limit, queue, keys, whenUnreachable } = rest
  if (whenUnreachable !== 'local-share' && options.localShare !== undefined) {
    const must = `be left out where "whenUnreachable" is "${whenUnreachable}"`
    throw optionConflict('shared rate limit', name, { key: 'localShare', must, received: localShare })
  }
  const local = resolveRateLimitOptions({
    name,
    algorithm: 'sliding-window',
    limit: Math.max(1, Math.floor(limit * localShare)),
    interval,
    queue,
    queueWaitMax,
    keys,
    learn,
  })
  return Object.freeze({
    ...rest,
    intervalMs: interval,
    queueWaitMaxMs: queueWaitMax,
    storeTimeoutMs: storeTimeout,
    retryStoreMs: retryStore,
    caller: caller ?? `${process.pid}-${random.next().toString(36).slice(2, 10)}`,
    local,
  })
}

function isSharedLimit(value: unknown): value is SharedLimit {
  return hasMethods<SharedLimit>(value, 'reserve', 'giveBack', 'pause')
}
