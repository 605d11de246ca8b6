import type { Runtime } from 'seaworthy/core'
import {
  adaptiveLimit,
  bulkhead,
  circuitBreaker,
  classifyError,
  clientThrottle,
  faultSwitch,
  rateLimit,
  retryBudget,
  sharedRateLimit,
  type AdaptiveLimit,
  type Bulkhead,
  type CircuitBreaker,
  type ClientThrottle,
  type FaultSwitch,
  type RateLimit,
  type Registry,
  type RetryBudget,
  type SharedRateLimit,
} from 'seaworthy/resilience'
import type { RateSettings, ResolvedDependencyOptions } from './dependency-options.ts'

/** The policies that all operations of one dependency share, under its name; undefined where there is none. */
export interface SharedPolicies {
  readonly rateLimit: RateLimit | SharedRateLimit | undefined
  readonly shedding: ClientThrottle | undefined
  readonly breaker: CircuitBreaker | undefined
  readonly adaptive: AdaptiveLimit | undefined
  readonly bulkhead: Bulkhead | undefined
  /** Not a policy itself: retries and hedges draw on it. */
  readonly budget: RetryBudget | undefined
  readonly faults: FaultSwitch
}

/**
 * Makes what a declaration asks for.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 * @throws SeaworthyError ERR_REGISTRY_NAME_TAKEN, ERR_REGISTRY_FULL
 */
export function createSharedPolicies(
  options: ResolvedDependencyOptions,
  runtime: Runtime,
  registry: Registry | undefined,
): SharedPolicies {
  const { name, breaker, bulkhead: slots, adaptive, rateLimit: rate, shedding, budget } = options
  const classify = options.classify ?? classifyError
  const made = {
    rateLimit: rate === false ? undefined : createRateLimit({ ...rate, name }, runtime, registry),
    shedding: shedding === false ? undefined : clientThrottle({ ...shedding, name }, runtime, registry),
    breaker:
      breaker === false ? undefined : circuitBreaker({ classify, ...breaker, name }, runtime, registry),
    adaptive: adaptive === false ? undefined : adaptiveLimit({ ...adaptive, name }, runtime, registry),
    bulkhead: slots === false ? undefined : bulkhead({ ...slots, name }, runtime, registry),
    budget: budget === false ? undefined : retryBudget({ ...budget, name }, runtime),
    faults: faultSwitch({ name, allowRequests: options.faultRequests }, runtime, registry),
  }
  if (made.budget !== undefined) registry?.retryBudgets.add(made.budget)
  return Object.freeze(made)
}

function createRateLimit(
  options: RateSettings & { readonly name: string },
  runtime: Runtime,
  registry: Registry | undefined,
): RateLimit | SharedRateLimit {
  if (!('store' in options)) return rateLimit(options, runtime, registry)
  const limit = sharedRateLimit(options, runtime)
  registry?.sharedRateLimits.add(limit)
  return limit
}
