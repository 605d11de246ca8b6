import {
  callable,
  defineOptions,
  duration,
  formatMs,
  integer,
  matching,
  number,
  object,
  oneOf,
  optional,
  text,
  type Duration,
  type Outcome,
  type Resolved,
} from 'seaworthy/core'
import { classifyError } from '../engine/classify-error.ts'
import { hasMethods } from '../engine/has-methods.ts'
import { optionConflict } from '../engine/option-conflict.ts'
import type { BreakerReports } from './breaker-reports.ts'
import type { BreakerTrip } from './breaker-trip.ts'

/** Whether a breaker acts on what it counts. */
export const breakerModes = ['enforcing', 'observing', 'disabled'] as const
export type BreakerMode = (typeof breakerModes)[number]

/** How a breaker listens to those of other instances. */
export interface SharedBreakerOptions {
  readonly reports: BreakerReports
  /** Which share of the living instances, this one included, must be failing, from 0.01 to 1. Default 0.5. */
  readonly share?: number
  /** How many other instances must be failing, from 2 to 1,000: one bad instance opens nothing. Default 2. */
  readonly minimum?: number
}

/** The rules of a breaker, without its name. */
export interface BreakerRuleOptions {
  /** When it opens. Default 5 failures in a row. */
  readonly trip?: BreakerTrip
  /** A successful call that took this long or longer is slow; at most `hungAfter`. Default: none is. */
  readonly slowCallAfter?: Duration
  /**
   * A call still under way after this time hangs: it counts as failed then, and no more when it ends. Found when the
   * breaker is next used, at most a fifteenth of the time later. Default: calls count when they end.
   */
  readonly hungAfter?: Duration
  /** So many calls that hang at once open it, whatever the window says; from 1. Default: only the window decides. */
  readonly hungMax?: number
  /** How long it stays open before it lets probes in. Default 60 s. */
  readonly openFor?: Duration
  /** Each further opening in a row is this many times as long, from 1 to 10. Default 1. */
  readonly openForFactor?: number
  /** Where that growth ends. Default: ten times `openFor`. */
  readonly openForMax?: Duration
  /** Up to which share of itself an open time is longer by chance, from 0 to 1. Default 0. */
  readonly openForJitter?: number
  /** After staying closed for so long, an opening is the first in a row again. Default: as long as `openForMax`. */
  readonly forgetAfter?: Duration
  /** How many calls may be under way while half-open; all others are refused. From 1 to 100, default 1. */
  readonly probes?: number
  /** A probe that takes this long counts as failed. Default: as long as `hungAfter`, else as `openFor`. */
  readonly probeDeadline?: Duration
  /** Successful probes that close it again, from 1 to 1,000. Default: as many as `probes`. */
  readonly successes?: number
  /**
   * Which share of the probes must succeed, from 0.001 to 1: it opens again as soon as `successes` cannot be reached with
   * that share. Default 1: one bad probe opens it.
   */
  readonly closeAt?: number
  /** How long a growing share of calls is let in after probes closed it. Default: all are at once. */
  readonly rampFor?: Duration
  /** With which share that begins, from 0.01 to 1. Default 0.1. */
  readonly rampFrom?: number
  /**
   * `enforcing` (the default) refuses. `observing` counts and goes through its states as if, but lets every call in.
   * `disabled` lets every call in and counts nothing.
   */
  readonly mode?: BreakerMode
  /**
   * What an error says about the dependency. When it throws, or returns something else, the call counts as failed, and a
   * process warning tells. Default {@link classifyError}.
   */
  readonly classify?: (error: unknown) => Outcome
  /** What a value says about the dependency, in the same way. Default: that it is `ok`. */
  readonly classifyResult?: (value: unknown) => Outcome
  /** Lets it open when other instances report failures. Default: it is alone. */
  readonly shared?: SharedBreakerOptions
}

/** Rules to change; one that is undefined is the default again. */
export type BreakerRuleChanges = {
  readonly [Key in keyof BreakerRuleOptions]: BreakerRuleOptions[Key] | undefined
}

export interface CircuitBreakerOptions extends BreakerRuleOptions {
  /** What is guarded, for messages, metrics and the registry. */
  readonly name: string
  /** What `toJSON()` of a breaker of this name gave, in this process or another: it goes on from there. */
  readonly restore?: unknown
}

export const circuitBreakerDefaults = {
  trip: { kind: 'consecutive' },
  openFor: '60s',
  openForFactor: 1,
  openForJitter: 0,
  probes: 1,
  closeAt: 1,
  mode: 'enforcing',
  classify: classifyError,
} as const

export const sharedBreakerDefaults = { share: 0.5, minimum: 2 } as const

const time = duration('1ms', '1d')

const ruleFields = {
  trip: object<BreakerTrip>('an object with a kind of "consecutive", "count" or "time"'),
  slowCallAfter: optional(time),
  hungAfter: optional(time),
  hungMax: optional(integer(1, 1_000_000)),
  openFor: time,
  openForFactor: number(1, 10),
  openForMax: optional(duration('1ms', '30d')),
  openForJitter: number(0, 1),
  forgetAfter: optional(duration(0, '30d')),
  probes: integer(1, 100),
  probeDeadline: optional(time),
  successes: optional(integer(1, 1_000)),
  closeAt: number(0.001, 1),
  rampFor: optional(time),
  rampFrom: optional(number(0.01, 1)),
  mode: oneOf(...breakerModes),
  classify: callable<(error: unknown) => Outcome>(),
  classifyResult: optional(callable<(value: unknown) => Outcome>()),
  shared: optional(object<SharedBreakerOptions>('an object with reports')),
}

export type ResolvedBreakerRules = Resolved<typeof ruleFields>

const resolveRules = defineOptions('circuit breaker', circuitBreakerDefaults, ruleFields)

/** The name of a breaker, checked. */
export const resolveBreakerName = defineOptions('circuit breaker', {}, { name: text() })

export const resolveSharedOptions = defineOptions('shared circuit breaker', sharedBreakerDefaults, {
  reports: matching('a BreakerReports with join', (value): value is BreakerReports =>
    hasMethods<BreakerReports>(value, 'join'),
  ),
  share: number(0.01, 1),
  minimum: integer(2, 1_000),
})

/**
 * The rules of a breaker, checked and completed.
 *
 * @param name of the breaker, for messages
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resolveBreakerRules(options: BreakerRuleChanges, name?: string): ResolvedBreakerRules {
  const resolved = resolveRules(options, name)
  const { openFor, openForMax } = resolved
  if (openForMax !== undefined && openForMax < openFor) {
    const must = `be at least "openFor", ${formatMs(openFor)}`
    throw optionConflict('circuit breaker', name, { key: 'openForMax', must, received: formatMs(openForMax) })
  }
  const { slowCallAfter, hungAfter } = resolved
  if (slowCallAfter !== undefined && hungAfter !== undefined && slowCallAfter > hungAfter) {
    const must = `be at most "hungAfter", ${formatMs(hungAfter)}, after which a call has failed`
    throw optionConflict('circuit breaker', name, {
      key: 'slowCallAfter',
      must,
      received: formatMs(slowCallAfter),
    })
  }
  requireBeside(resolved, name, ['hungMax', 'hungAfter'])
  requireBeside(resolved, name, ['rampFrom', 'rampFor'])
  return resolved
}

function requireBeside(
  resolved: ResolvedBreakerRules,
  name: string | undefined,
  [key, other]: readonly ['hungMax' | 'rampFrom', 'hungAfter' | 'rampFor'],
): void {
  if (resolved[key] === undefined || resolved[other] !== undefined) return
  throw optionConflict('circuit breaker', name, {
    key,
    must: `stand beside "${other}"`,
    received: resolved[key],
  })
}
