import { coarseClockOf, type CoarseClock, type Outcome, type Runtime } from 'seaworthy/core'
import type { BreakerReports } from './breaker-reports.ts'
import type { BreakerRules } from './breaker-state.ts'
import { resolveTrip, type TripRule } from './breaker-trip.ts'
import {
  resolveBreakerRules,
  resolveSharedOptions,
  type BreakerMode,
  type BreakerRuleChanges,
} from './circuit-breaker-options.ts'
import { judge } from './judge.ts'
import type { QuorumRule } from './quorum.ts'
import type { ReopeningRamp } from './reopening-ramp.ts'

/** Everything that breakers with the same options have in common, made once for all of them. */
export interface BreakerPlan {
  readonly given: BreakerRuleChanges
  readonly runtime: Runtime
  readonly coarse: CoarseClock
  readonly rules: BreakerRules
  readonly trip: TripRule
  readonly ramp: ReopeningRamp
  /** Infinity when no call is slow. */
  readonly slowCallAfterMs: number
  readonly hungAfterMs: number | undefined
  /** Infinity when their number does not matter. */
  readonly hungMax: number
  readonly mode: BreakerMode
  readonly classify: (error: unknown) => Outcome
  readonly classifyResult: ((value: unknown) => Outcome) | undefined
  readonly shared: (QuorumRule & { readonly reports: BreakerReports }) | undefined
  /** Whether the start of a call must be known to judge it. */
  readonly isTimed: boolean
  /** Whether a closed breaker only has to count a call that succeeded. */
  readonly isPlain: boolean
  /** The complete options, as plain data. */
  readonly description: Readonly<Record<string, unknown>>
}

/** So that a quotient such as 0.3 / 0.1 is not rounded down to less than it is. */
const epsilon = 1e-9

const rampFromDefault = 0.1

/**
 * Checks and completes options.
 *
 * @param name of the breaker, for messages; undefined for several
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function breakerPlan(given: BreakerRuleChanges, runtime: Runtime, name?: string): BreakerPlan {
  const resolved = resolveBreakerRules(given, name)
  const { openFor, openForMax, slowCallAfter, hungAfter, mode, classifyResult } = resolved
  const maxMs = openForMax ?? 10 * openFor
  const successes = resolved.successes ?? resolved.probes
  const shared = resolved.shared && resolveSharedOptions(resolved.shared, name)
  const isTimed = slowCallAfter !== undefined || hungAfter !== undefined
  const rules = {
    openTime: { baseMs: openFor, factor: resolved.openForFactor, maxMs, jitter: resolved.openForJitter },
    forgetAfterMs: resolved.forgetAfter ?? maxMs,
    probes: resolved.probes,
    probeDeadlineMs: resolved.probeDeadline ?? hungAfter ?? openFor,
    successes,
    failuresMax: Math.floor(successes / resolved.closeAt + epsilon) - successes,
    random: runtime.random,
  }
  const plan = {
    given,
    runtime,
    coarse: coarseClockOf(runtime.clock),
    rules,
    trip: resolveTrip(resolved.trip, name),
    ramp: { lengthMs: resolved.rampFor ?? 0, from: resolved.rampFrom ?? rampFromDefault },
    slowCallAfterMs: slowCallAfter ?? Infinity,
    hungAfterMs: hungAfter,
    hungMax: resolved.hungMax ?? Infinity,
    mode,
    classify: judge(resolved.classify, 'classify', name),
    classifyResult: classifyResult && judge(classifyResult, 'classifyResult', name),
    shared,
    isTimed,
    isPlain: !isTimed && classifyResult === undefined && mode !== 'disabled',
  }
  return { ...plan, description: describe(plan, resolved.closeAt) }
}

/** What every breaker has, and of the rest what was asked for. */
function describe(
  plan: Omit<BreakerPlan, 'description'>,
  closeAt: number,
): Readonly<Record<string, unknown>> {
  const { rules, trip, ramp, mode, shared, hungAfterMs, slowCallAfterMs } = plan
  const { baseMs, factor, maxMs, jitter } = rules.openTime
  const { forgetAfterMs, probes, probeDeadlineMs, successes } = rules
  return Object.freeze({
    trip,
    openForMs: baseMs,
    ...(factor !== 1 && { openForFactor: factor, openForMaxMs: maxMs, forgetAfterMs }),
    ...(jitter !== 0 && { openForJitter: jitter }),
    probes,
    probeDeadlineMs,
    successes,
    ...(closeAt !== 1 && { closeAt }),
    ...(ramp.lengthMs > 0 && { rampForMs: ramp.lengthMs, rampFrom: ramp.from }),
    ...(slowCallAfterMs !== Infinity && { slowCallAfterMs }),
    ...(hungAfterMs !== undefined && { hungAfterMs }),
    ...(plan.hungMax !== Infinity && { hungMax: plan.hungMax }),
    ...(mode !== 'enforcing' && { mode }),
    ...(shared && { shared: { share: shared.share, minimum: shared.minimum } }),
  })
}
