import { coreError, defineOptions, duration, integer, number, oneOf, type Duration } from 'seaworthy/core'
import { onlyOption } from '../engine/given-options.ts'
import { ConsecutiveWindow, type ConsecutiveRule } from './consecutive-window.ts'
import { CountWindow, type CountRule } from './count-window.ts'
import type { OutcomeWindow } from './outcome-window.ts'
import { TimeWindow, type TimeRule } from './time-window.ts'

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

/** A trip rule, complete. */
export type TripRule = ConsecutiveRule | CountRule | TimeRule

const share = number(0.001, 1)
const rateFields = { failureRate: share, slowRate: share, minimumCalls: integer(1, 1_000_000) }
const rateDefaults = { failureRate: 0.5, slowRate: 1, minimumCalls: 10 }

const resolveKind = defineOptions('circuit breaker trip', {}, { kind: oneOf('consecutive', 'count', 'time') })
const resolveConsecutive = defineOptions(
  'circuit breaker trip',
  { failures: 5 },
  { kind: oneOf('consecutive'), failures: integer(1, 1_000_000) },
)
const resolveCount = defineOptions(
  'circuit breaker trip',
  { size: 100, ...rateDefaults },
  { kind: oneOf('count'), size: integer(1, 100_000), ...rateFields },
)
const resolveTime = defineOptions(
  'circuit breaker trip',
  { length: '60s', buckets: 10, ...rateDefaults },
  { kind: oneOf('time'), length: duration('10ms', '1d'), buckets: integer(1, 1_000), ...rateFields },
)

/**
 * A trip rule, checked and completed.
 *
 * @param name of the breaker, for messages
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resolveTrip(trip: BreakerTrip, name: string | undefined): TripRule {
  resolveKind(onlyOption(trip, 'kind'), name)
  if (trip.kind === 'count') return countRuleOf(trip, name)
  if (trip.kind === 'time') {
    const { length: lengthMs, ...rest } = resolveTime(trip, name)
    return Object.freeze({ ...rest, lengthMs })
  }
  return resolveConsecutive(trip, name)
}

/** An empty window for a rule. */
export function windowFor(rule: TripRule): OutcomeWindow {
  switch (rule.kind) {
    case 'consecutive':
      return new ConsecutiveWindow(rule)
    case 'count':
      return new CountWindow(rule)
    case 'time':
      return new TimeWindow(rule)
  }
}

/** A minimum that the window cannot hold would keep the breaker closed for ever. */
function countRuleOf(trip: Extract<BreakerTrip, { kind: 'count' }>, name: string | undefined): CountRule {
  const rule = resolveCount(trip, name)
  const { size, minimumCalls } = rule
  if (minimumCalls <= size) return rule
  if (trip.minimumCalls === undefined) return Object.freeze({ ...rule, minimumCalls: size })
  const target = name === undefined ? 'circuit breaker trip' : `circuit breaker trip "${name}"`
  throw coreError(
    'ERR_INVALID_OPTION',
    `Cannot configure ${target}: "minimumCalls" must be at most the size of the window, ${size}, received ${minimumCalls}`,
    { details: { target, size, minimumCalls } },
  )
}
