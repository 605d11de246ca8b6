import {
  defineOptions,
  duration,
  integer,
  object,
  oneOf,
  optional,
  systemRuntime,
  type Clock,
  type Duration,
  type Resolved,
} from 'seaworthy/core'
import { keyPrefix } from '../key-part.ts'
import type { LimitForm } from './limit-scripts.ts'

export interface RedisLimitOptions {
  /**
   * `window`: at most `limit` units start in any span, all at once after a rest; keeps one entry for each unit. `gcra`:
   * the same bound with starts spread evenly over the span; keeps one number. Default `window`.
   */
  readonly form?: LimitForm
  /** With `gcra`: how many units may start at once after a rest, from 1; the rest of the span is slower for it. Default 1. */
  readonly burst?: number
  /**
   * How late a unit may start after its moment at most, from 1 ms to 1 h: for a process that is held up longer the clock of
   * the limit is set back, by a quarter of the interval at most, so that it keeps its turn; after that it asks again. Spans are kept farther apart by as much as the processes need of it, so that late starts do not come
   * too close to the next ones. It must be above the round trip to Redis. Default a fifth of the interval, at least 20 ms
   * and at most 500 ms.
   */
  readonly startWithin?: Duration
  /** With `window`: how many units of one key may wait, from 0 to 100,000; more are refused. Default 10,000. */
  readonly queue?: number
  /** How many keys this process remembers its units of, from 1 to 1,000,000. Default 10,000. */
  readonly keysMax?: number
  /** What the keys in Redis begin with, without braces. Default `seaworthy`. */
  readonly prefix?: string
  /** The clock of the waits. Default the machine's. */
  readonly clock?: Clock
}

export const redisLimitDefaults = {
  form: 'window',
  burst: 1,
  queue: 10_000,
  keysMax: 10_000,
  prefix: 'seaworthy',
  clock: systemRuntime.clock,
} as const

const fields = {
  form: oneOf('window', 'gcra'),
  burst: integer(1, 1_000_000),
  startWithin: optional(duration('1ms', '1h')),
  queue: integer(0, 100_000),
  keysMax: integer(1, 1_000_000),
  prefix: keyPrefix,
  clock: object<Clock>('a clock'),
}

export type ResolvedRedisLimitOptions = Resolved<typeof fields>

export const resolveRedisLimitOptions = defineOptions('Redis limit', redisLimitDefaults, fields)
