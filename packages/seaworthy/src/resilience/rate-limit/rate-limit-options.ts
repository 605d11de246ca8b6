import {
  boolean,
  coreError,
  defineOptions,
  duration,
  formatMs,
  integer,
  matching,
  number,
  oneOf,
  optional,
  text,
  type Duration,
  type Resolved,
} from 'seaworthy/core'
import { checkQueueSettings } from '../bulkhead/queue-settings.ts'
import { givenName } from '../engine/given-options.ts'
import type { MeterLimits } from './meter.ts'
import type { PaceRules } from './pace.ts'

export const rateAlgorithms = ['token-bucket', 'gcra', 'sliding-window'] as const

/**
 * How units are counted.
 *
 * - `token-bucket`: up to `burst` at once, by default the whole limit, and then at the rate. In a span of the interval it
 *   may be the burst and the limit together.
 * - `gcra`: the same with a burst of 1 by default: evenly spaced.
 * - `sliding-window`: never more than the limit in any span of the interval, wherever it begins.
 */
export type RateAlgorithm = (typeof rateAlgorithms)[number]

/** What can be changed while the limit is in use. */
export interface RateLimitSettings {
  /** Units that may start in an interval, from 1 to 1,000,000,000. */
  readonly limit: number
  /** Length of an interval, from 1 ms to 31 days. Default 1 s. */
  readonly interval?: Duration
  /** Units that may start at once after a rest, from 1 to 1,000,000,000. Not for a sliding window. */
  readonly burst?: number
  /** Callers that may wait, from 0 to 100,000, of all keys together. Default 0: nobody waits. */
  readonly queue?: number
  /** With a queue, the longest wait; who would wait longer is refused at once. Default: until the caller gives up. */
  readonly queueWaitMax?: Duration
}

export interface RateLimitOptions extends RateLimitSettings {
  /** What is limited, for messages, metrics and the registry. */
  readonly name: string
  /** How units are counted. Default `token-bucket`. */
  readonly algorithm?: RateAlgorithm
  /**
   * How many keys have a limit of their own, up to 1,000,000; they must be more than `queue`. The key is that of the call;
   * calls without one share one. When all places are taken, a key goes whose limit is full again, else, of those unused
   * for longest, the one that has used least. Default 0: one limit for all calls.
   */
  readonly keys?: number
  /**
   * How many moments a sliding window tells apart, from 1 to 10,000. A limit up to this number is kept exactly; a larger
   * one holds, but leaves up to one such part of the interval unused. It takes 16 bytes each, for each key. Default 1,000,
   * with keys 60.
   */
  readonly grains?: number
  /** Whether it slows down when the server says that calls come too fast, and how. Default true. */
  readonly learn?: boolean | LearnOptions
}

export interface LearnOptions {
  /** Pause after a refusal that names no time, up to `pauseMax`. Default 1 s, or `pauseMax` where that is shorter. */
  readonly pause?: Duration
  /** The longest pause, whatever the server says, up to a day. Default 5 min. */
  readonly pauseMax?: Duration
  /** Share of the limit to go on with after the pause, from 0.05 to 1. Default 0.5. */
  readonly slowTo?: number
  /** How long it takes to go from nothing back to the whole limit, from 1 ms to a day. Default 30 s. */
  readonly recover?: Duration
}

export const rateLimitDefaults = {
  algorithm: 'token-bucket',
  interval: '1s',
  queue: 0,
  keys: 0,
  learn: true,
} as const

export const learnDefaults = { pause: '1s', pauseMax: '5m', slowTo: 0.5, recover: '30s' } as const

const settingsFields = {
  limit: integer(1, 1_000_000_000),
  interval: duration('1ms', '31d'),
  burst: optional(integer(1, 1_000_000_000)),
  queue: integer(0, 100_000),
  queueWaitMax: optional(duration(0, '31d')),
}

const rateLimitFields = {
  ...settingsFields,
  name: text(),
  algorithm: oneOf(...rateAlgorithms),
  keys: integer(0, 1_000_000),
  grains: optional(integer(1, 10_000)),
  learn: matching<boolean | LearnOptions>('true, false or an object', isLearn),
}

const resolveFields = defineOptions('rate limit', rateLimitDefaults, rateLimitFields)

const resolveLearnOptions = defineOptions('rate limit that learns', learnDefaults, {
  pause: duration(0, '1d'),
  pauseMax: duration(0, '1d'),
  slowTo: number(0.05, 1),
  recover: duration('1ms', '1d'),
})

export interface ResolvedRateLimit extends MeterLimits {
  readonly name: string
  readonly algorithm: RateAlgorithm
  readonly queue: number
  readonly queueWaitMaxMs: number
  readonly keys: number
  readonly grains: number
  /** Undefined when it does not learn. */
  readonly pace: PaceRules | undefined
}

/**
 * Checks and completes.
 *
 * @param written what of the options is new: all of them, or the changes
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resolveRateLimitOptions(
  options: RateLimitOptions,
  written: Partial<RateLimitSettings> = options,
): ResolvedRateLimit {
  const resolved = resolveFields(options, givenName(options))
  checkQueueSettings('rate limit', resolved, written)
  refuseContradictions(resolved)
  const { name, algorithm, limit, interval, queue, queueWaitMax, keys } = resolved
  return Object.freeze({
    name,
    algorithm,
    limit,
    intervalMs: interval,
    burst: burstOf(resolved),
    queue,
    queueWaitMaxMs: queueWaitMax ?? Infinity,
    keys,
    grains: resolved.grains ?? (keys > 0 ? 60 : 1_000),
    pace: paceOf(resolved.learn, name),
  })
}

function burstOf({ algorithm, limit, burst }: Resolved<typeof rateLimitFields>): number {
  if (algorithm === 'sliding-window') return limit
  return burst ?? (algorithm === 'gcra' ? 1 : limit)
}

function paceOf(learn: boolean | LearnOptions, name: string): PaceRules | undefined {
  if (learn === false) return undefined
  const { pause, pauseMax, slowTo, recover } = resolveLearnOptions(learn === true ? {} : learn, name)
  if (pause > pauseMax && learn !== true && learn.pause !== undefined) {
    throw invalid(
      name,
      `"pause" must be at most "pauseMax", ${formatMs(pauseMax)}, received ${formatMs(pause)}`,
    )
  }
  return { pauseMs: Math.min(pause, pauseMax), pauseMaxMs: pauseMax, slowTo, recoverMs: recover }
}

function refuseContradictions(options: Resolved<typeof rateLimitFields>): void {
  const { name, algorithm, burst, keys, queue, grains } = options
  if (algorithm === 'sliding-window' && burst !== undefined) {
    throw invalid(name, `"burst" must be left out for a sliding window, received ${burst}`)
  }
  if (algorithm !== 'sliding-window' && grains !== undefined) {
    throw invalid(name, `"grains" must be left out but for a sliding window, received ${grains}`)
  }
  if (keys > 0 && keys <= queue) {
    throw invalid(name, `"keys" must be 0 or more than the queue of ${queue}, received ${keys}`)
  }
}

function invalid(name: string, what: string): Error {
  return coreError('ERR_INVALID_OPTION', `Cannot configure rate limit "${name}": ${what}`, {
    details: { name },
  })
}

function isLearn(value: unknown): value is boolean | LearnOptions {
  return boolean().read(value) === value || (typeof value === 'object' && value !== null)
}
