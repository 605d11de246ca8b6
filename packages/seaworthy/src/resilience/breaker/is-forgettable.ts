import type { BreakerPlan } from './breaker-plan.ts'
import type { BreakerStatus } from './breaker-state.ts'

/**
 * Whether a new breaker would do as well as one in this state. An open one and what an operator holds must be kept. One that
 * has opened must be for a while, for its ramp and the growth of its open time; so must one that is half-open, but not for
 * ever: nobody may ever call again to find out whether the dependency is back.
 */
export function isForgettable(status: BreakerStatus, nowMs: number, { rules, ramp }: BreakerPlan): boolean {
  const forMs = nowMs - status.sinceMs
  switch (status.kind) {
    case 'open':
    case 'forced-open':
    case 'forced-closed':
      return false
    case 'half-open':
      return status.probes.length === 0 && forMs >= rules.forgetAfterMs
    case 'closed': {
      const grows = status.streak > 0 && rules.openTime.factor > 1 && forMs < rules.forgetAfterMs
      const isOnRamp = status.reason === 'probe' && forMs < ramp.lengthMs
      return !grows && !isOnRamp
    }
  }
}
