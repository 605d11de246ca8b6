import {
  callable,
  defineOptions,
  duration,
  integer,
  number,
  optional,
  text,
  type Duration,
  type Resolved,
} from 'seaworthy/core'
import { classifyLoad, type LoadOutcome } from '../adaptive/load-outcome.ts'
import { givenName } from '../engine/given-options.ts'

export interface ClientThrottleOptions {
  /** What is called, for messages, metrics and the registry. */
  readonly name: string
  /**
   * How many times as many calls as were accepted of late are let through, from 1.01 to 100. Lower spares the other side,
   * higher finds out sooner that it is back. Default 2.
   */
  readonly multiplier?: number
  /** Over which time calls are counted, from 1 s to an hour. Default 2 min. */
  readonly window?: Duration
  /** With fewer calls in the window nothing is held back, from 1 to 1,000,000. Default 10. */
  readonly callsMin?: number
  /** The largest share that is held back, from 0.01 to 1, so that some calls find out when the other side is back. Default 0.95. */
  readonly shareMax?: number
  /** What a refusal carries as `retryAfterMs`. Default 1 s. */
  readonly retryAfter?: Duration
  /** What an error says about the load of the other side. Default {@link classifyLoad}. */
  readonly classify?: (error: unknown) => LoadOutcome
  /** What a value says about it. Default: that it is `served`. */
  readonly classifyResult?: (value: unknown) => LoadOutcome
}

export const clientThrottleDefaults = {
  multiplier: 2,
  window: '2m',
  callsMin: 10,
  shareMax: 0.95,
  retryAfter: '1s',
  classify: classifyLoad,
} as const

const fields = {
  name: text(),
  multiplier: number(1.01, 100),
  window: duration('1s', '1h'),
  callsMin: integer(1, 1_000_000),
  shareMax: number(0.01, 1),
  retryAfter: duration(0, '1d'),
  classify: callable<(error: unknown) => LoadOutcome>(),
  classifyResult: optional(callable<(value: unknown) => LoadOutcome>()),
}

export type ResolvedClientThrottle = Resolved<typeof fields>

const resolve = defineOptions('client throttle', clientThrottleDefaults, fields)

/** @throws SeaworthyError ERR_INVALID_OPTION */
export function resolveClientThrottleOptions(options: ClientThrottleOptions): ResolvedClientThrottle {
  return resolve(options, givenName(options))
}
