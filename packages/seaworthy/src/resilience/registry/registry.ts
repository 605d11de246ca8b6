import { defineOptions, integer } from 'seaworthy/core'
import type { AdaptiveLimit, AdaptiveLimitSnapshot } from '../adaptive/adaptive-limit-handle.ts'
import type { RetryBudget, RetryBudgetSnapshot } from '../budget/retry-budget.ts'
import type { Bulkhead, BulkheadSnapshot } from '../bulkhead/bulkhead-handle.ts'
import type { CircuitBreaker, CircuitBreakerSnapshot } from '../breaker/circuit-breaker-handle.ts'
import type { FaultSwitch, FaultSwitchSnapshot } from '../faults/fault-switch.ts'
import type { Hedge, HedgeSnapshot } from '../hedge/hedge.ts'
import type { RateLimit, RateLimitSnapshot } from '../rate-limit/rate-limit-handle.ts'
import type { SharedRateLimit, SharedRateLimitSnapshot } from '../rate-limit/shared-rate-limit.ts'
import type { ClientThrottle, ClientThrottleSnapshot } from '../shedding/client-throttle.ts'
import type { LoadShedder, LoadShedderSnapshot } from '../shedding/load-shedder.ts'
import { NamedTable } from './named-table.ts'

export interface RegistryOptions {
  /** How many policies of each kind it holds, from 1 to 100,000. Default 1,000. */
  readonly capacity?: number
}

export const registryDefaults = { capacity: 1_000 } as const

const resolveRegistryOptions = defineOptions('registry', registryDefaults, { capacity: integer(1, 100_000) })

export interface RegistrySnapshot {
  readonly breakers: readonly CircuitBreakerSnapshot[]
  readonly bulkheads: readonly BulkheadSnapshot[]
  readonly adaptiveLimits: readonly AdaptiveLimitSnapshot[]
  readonly rateLimits: readonly RateLimitSnapshot[]
  readonly sharedRateLimits: readonly SharedRateLimitSnapshot[]
  readonly clientThrottles: readonly ClientThrottleSnapshot[]
  readonly loadShedders: readonly LoadShedderSnapshot[]
  readonly retryBudgets: readonly RetryBudgetSnapshot[]
  readonly hedges: readonly HedgeSnapshot[]
  readonly faults: readonly FaultSwitchSnapshot[]
}

/** The policies with a state of one service, by name, for operators, health and metrics. */
export interface Registry {
  readonly breakers: NamedTable<CircuitBreaker>
  readonly bulkheads: NamedTable<Bulkhead>
  readonly adaptiveLimits: NamedTable<AdaptiveLimit>
  readonly rateLimits: NamedTable<RateLimit>
  readonly sharedRateLimits: NamedTable<SharedRateLimit>
  readonly clientThrottles: NamedTable<ClientThrottle>
  readonly loadShedders: NamedTable<LoadShedder>
  readonly retryBudgets: NamedTable<RetryBudget>
  readonly hedges: NamedTable<Hedge>
  readonly faults: NamedTable<FaultSwitch>
  snapshot(): RegistrySnapshot
}

/** Makes an empty registry. */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const { capacity } = resolveRegistryOptions(options)
  const tables = {
    breakers: new NamedTable<CircuitBreaker>('breakers', capacity),
    bulkheads: new NamedTable<Bulkhead>('bulkheads', capacity),
    adaptiveLimits: new NamedTable<AdaptiveLimit>('adaptive limits', capacity),
    rateLimits: new NamedTable<RateLimit>('rate limits', capacity),
    sharedRateLimits: new NamedTable<SharedRateLimit>('shared rate limits', capacity),
    clientThrottles: new NamedTable<ClientThrottle>('client throttles', capacity),
    loadShedders: new NamedTable<LoadShedder>('load shedders', capacity),
    retryBudgets: new NamedTable<RetryBudget>('retry budgets', capacity),
    hedges: new NamedTable<Hedge>('hedges', capacity),
    faults: new NamedTable<FaultSwitch>('faults', capacity),
  }
  return Object.freeze({
    ...tables,
    snapshot: () =>
      Object.freeze({
        breakers: snapshots(tables.breakers),
        bulkheads: snapshots(tables.bulkheads),
        adaptiveLimits: snapshots(tables.adaptiveLimits),
        rateLimits: snapshots(tables.rateLimits),
        sharedRateLimits: snapshots(tables.sharedRateLimits),
        clientThrottles: snapshots(tables.clientThrottles),
        loadShedders: snapshots(tables.loadShedders),
        retryBudgets: snapshots(tables.retryBudgets),
        hedges: snapshots(tables.hedges),
        faults: snapshots(tables.faults),
      }),
  })
}

function snapshots<Snapshot>(
  table: NamedTable<{ readonly name: string; snapshot(): Snapshot }>,
): readonly Snapshot[] {
  return table.list().map((entry) => entry.snapshot())
}
