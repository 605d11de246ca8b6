import type { BreakerState } from 'seaworthy/core'
import type { DependencyState } from './dependency-handle.ts'

/** What the state of a dependency is computed from. */
export interface Evidence {
  readonly breaker: BreakerState | undefined
  /** The share of calls that its throttle holds back, from 0 to 1. */
  readonly heldBackShare: number
  /** Failed probes since the last good one. */
  readonly probeFailures: number
  /** Whether any call or probe has told anything yet. */
  readonly heard: boolean
  /** How long ago the newest call of any operation ended, when it failed; undefined when it did not. */
  readonly callFailedAgoMs: number | undefined
}

/** How many probes must fail in a row before they, without a breaker's word, make a dependency `down`. */
export const probeFailuresForDown = 2

/** How long one failed call counts when nothing else is heard: longer, it would be a guess. */
export const failedCallCountsMs = 60_000

/** The state and its reason in words. Pure: the same evidence gives the same state. */
export function dependencyState(evidence: Evidence): {
  readonly state: DependencyState
  readonly reason: string
} {
  const { breaker, probeFailures } = evidence
  if (breaker === 'open') return { state: 'down', reason: 'the circuit breaker is open' }
  if (breaker === 'forced-open') {
    return { state: 'down', reason: 'an operator holds the circuit breaker open' }
  }
  // A breaker that lets a call try says nothing against probes that have just failed.
  if (probeFailures >= probeFailuresForDown) {
    return { state: 'down', reason: `${probeFailures} health probes in a row failed` }
  }
  if (breaker === 'half-open') return { state: 'impaired', reason: 'the circuit breaker is trying it again' }
  if (probeFailures > 0) return { state: 'impaired', reason: 'the last health probe failed' }
  const { callFailedAgoMs, heldBackShare } = evidence
  if (heldBackShare > 0) {
    return { state: 'impaired', reason: 'it refused much of late, so a part of the calls is held back' }
  }
  if (callFailedAgoMs !== undefined) {
    return callFailedAgoMs < failedCallCountsMs
      ? { state: 'impaired', reason: 'the last call failed' }
      : { state: 'unknown', reason: 'nothing heard since a call failed' }
  }
  return evidence.heard ? { state: 'up', reason: '' } : { state: 'unknown', reason: 'nothing heard yet' }
}
