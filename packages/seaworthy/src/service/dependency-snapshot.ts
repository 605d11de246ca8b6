import type {
  AdaptiveLimitSnapshot,
  BulkheadSnapshot,
  CircuitBreakerSnapshot,
  ClientThrottleSnapshot,
  FaultSwitchSnapshot,
  Hedge,
  HedgeSnapshot,
  RateLimitSnapshot,
  RetryBudgetSnapshot,
  SharedRateLimitSnapshot,
} from 'seaworthy/resilience'
import type { SharedPolicies } from './shared-policies.ts'

/** What the policies of a dependency know now; undefined for one that was not declared. */
export interface DependencySnapshot {
  readonly name: string
  readonly rateLimit: RateLimitSnapshot | SharedRateLimitSnapshot | undefined
  readonly shedding: ClientThrottleSnapshot | undefined
  readonly breaker: CircuitBreakerSnapshot | undefined
  readonly adaptive: AdaptiveLimitSnapshot | undefined
  readonly bulkhead: BulkheadSnapshot | undefined
  readonly budget: RetryBudgetSnapshot | undefined
  /** One for each operation that hedges, named `dependency.operation`. */
  readonly hedges: readonly HedgeSnapshot[]
  readonly faults: FaultSwitchSnapshot
}

/** Takes the snapshot of each policy. */
export function dependencySnapshot(
  name: string,
  policies: SharedPolicies,
  hedges: Iterable<Hedge>,
): DependencySnapshot {
  const { rateLimit, shedding, breaker, adaptive, bulkhead, budget, faults } = policies
  return Object.freeze({
    name,
    rateLimit: rateLimit?.snapshot(),
    shedding: shedding?.snapshot(),
    breaker: breaker?.snapshot(),
    adaptive: adaptive?.snapshot(),
    bulkhead: bulkhead?.snapshot(),
    budget: budget?.snapshot(),
    hedges: Object.freeze([...hedges].map((each) => each.snapshot())),
    faults: faults.snapshot(),
  })
}
