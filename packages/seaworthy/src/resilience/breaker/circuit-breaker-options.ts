import {
  callable,
  coreError,
  defineOptions,
  duration,
  integer,
  matching,
  number,
  oneOf,
  optional,
  text,
  type Duration,
  type Outcome,
  type Resolved,
} from 'seaworthy/core'
import { classifyError } from '../engine/classify-error.ts'
import { ConsecutiveWindow } from './consecutive-window.ts'
import { CountWindow } from './count-window.ts'
import type { OutcomeWindow } from './outcome-window.ts'
import { TimeWindow } from './time-window.ts'

/** When a closed breaker opens. */
export type BreakerTrip =
  | {
      readonly kind: 'consecutive'
      /** Failed or slow calls in a row, from 1. Default 5. */
      readonly failures?: number
    }
  | (RateTrip & {
      readonly kind: 'count'
      /** How many of the last calls count, from 1 to 100,000. Default 100. */
      readonly size?: number
    })
  | (RateTrip & {
      readonly kind: 'time'
      /** Calls of how long a time count. Default 60 s. */
      readonly length?: Duration
      /** In how many steps that time slides, from 1 to 1,000. Default 10. */
      readonly buckets?: number
    })

interface RateTrip {
  /** Share of failed calls that opens, from 0.001 to 1. Default 0.5. */
  readonly failureRate?: number
  /** Share of slow calls that opens, from 0.001 to 1. Default 1. */
  readonly slowRate?: number
  /** Below this number of calls the breaker stays closed. Default 10, or the size of a smaller count window. */
  readonly minimumCalls?: number
}

export interface CircuitBreakerOptions {
  /** What is guarded, for messages, metrics and the registry. */
  readonly name: string
  /** When it opens. Default 5 failures in a row. */
  readonly trip?: BreakerTrip
  /** A successful call that took this long or longer is slow. Default: none is. */
  readonly slowCallAfter?: Duration
  /** How long it stays open before it lets probes in. Default 60 s. */
  readonly openFor?: Duration
  /** How many calls may be under way while half-open; all others are refused. From 1 to 100, default 1. */
  readonly probes?: number
  /** A probe that takes this long counts as failed. Default: as long as `openFor`. */
  readonly probeDeadline?: Duration
  /** Successful probes that close it again, from 1 to 1,000. Default: as many as `probes`. */
  readonly successes?: number
  /** What an error says about the dependency. Default {@link classifyError}. */
  readonly classify?: (error: unknown) => Outcome
}

export const circuitBreakerDefaults = {
  trip: { kind: 'consecutive' },
  openFor: '60s',
  probes: 1,
  classify: classifyError,
} as const

const circuitBreakerFields = {
  name: text(),
  trip: matching<BreakerTrip>('an object with a kind of "consecutive", "count" or "time"', isObject),
  slowCallAfter: optional(duration('1ms', '1d')),
  openFor: duration('1ms', '1d'),
  probes: integer(1, 100),
  probeDeadline: optional(duration('1ms', '1d')),
  successes: optional(integer(1, 1_000)),
  classify: callable<(error: unknown) => Outcome>(),
}

export type ResolvedCircuitBreakerOptions = Resolved<typeof circuitBreakerFields>

export const resolveCircuitBreakerOptions = defineOptions(
  'circuit breaker',
  circuitBreakerDefaults,
  circuitBreakerFields,
)

const share = number(0.001, 1)
const rateFields = { failureRate: share, slowRate: share, minimumCalls: integer(1, 1_000_000) }
const rateDefaults = { failureRate: 0.5, slowRate: 1, minimumCalls: 10 }

const resolveConsecutive = defineOptions(
  'circuit breaker trip',
  { failures: 5 },
  { kind: oneOf('consecutive'), failures: integer(1, 1_000_000) },
)
const resolveCount = defineOptions(
  'circuit breaker trip',
  { size: 100, ...rateDefaults },
  {
    kind: oneOf('count'),
    size: integer(1, 100_000),
    ...rateFields,
  },
)
const resolveTime = defineOptions(
  'circuit breaker trip',
  { length: '60s', buckets: 10, ...rateDefaults },
  { kind: oneOf('time'), length: duration('10ms', '1d'), buckets: integer(1, 1_000), ...rateFields },
)

/** The window that a trip rule counts in, and the resolved rule for `describe`. */
export function windowOf(
  trip: BreakerTrip,
  name: string,
): { readonly window: OutcomeWindow; readonly trip: Readonly<Record<string, unknown>> } {
  if (trip.kind === 'count') {
    const rule = countRuleOf(trip, name)
    return { window: new CountWindow(rule.size, rule), trip: rule }
  }
  if (trip.kind === 'time') {
    const rule = resolveTime(trip, name)
    const { length: lengthMs, ...rest } = rule
    return {
      window: new TimeWindow({ lengthMs, buckets: rule.buckets }, rule),
      trip: { ...rest, lengthMs },
    }
  }
  const rule = resolveConsecutive(trip, name)
  return { window: new ConsecutiveWindow(rule.failures), trip: rule }
}

/** A minimum that the window cannot hold would keep the breaker closed for ever. */
function countRuleOf(
  trip: Extract<BreakerTrip, { kind: 'count' }>,
  name: string,
): ReturnType<typeof resolveCount> {
  const rule = resolveCount(trip, name)
  const { size, minimumCalls } = rule
  if (minimumCalls <= size) return rule
  if (trip.minimumCalls === undefined) return { ...rule, minimumCalls: size }
  throw coreError(
    'ERR_INVALID_OPTION',
    `Cannot configure circuit breaker trip "${name}": "minimumCalls" must be at most the size of the window, ${size}, received ${minimumCalls}`,
    { details: { name, size, minimumCalls } },
  )
}

function isObject(value: unknown): value is BreakerTrip {
  return typeof value === 'object' && value !== null
}
