/**
 * Policies that keep a service useful while what it depends on is not: retry, circuit breaker, timeout, bulkhead,
 * faults on purpose and fallbacks that name their source. They are combined by `pipeline`, and run on an injected clock.
 *
 * @module
 */

export type { BreakerReason } from './breaker-state.ts'
export {
  bulkhead,
  bulkheadDefaults,
  type Bulkhead,
  type BulkheadOptions,
  type BulkheadRegistrar,
  type BulkheadSnapshot,
} from './bulkhead.ts'
export { callContext, type CallContext, type Work } from './call-context.ts'
export { circuitBreaker, type BreakerRegistrar } from './circuit-breaker.ts'
export type { CircuitBreaker, CircuitBreakerSnapshot } from './circuit-breaker-handle.ts'
export {
  circuitBreakerDefaults,
  type BreakerTrip,
  type CircuitBreakerOptions,
} from './circuit-breaker-options.ts'
export { classifyError } from './classify-error.ts'
export { constant, derive } from './derived-fallback.ts'
export {
  fallbackChain,
  type Answer,
  type AnyFallbackStep,
  type FallbackArgs,
  type FallbackChain,
  type FallbackChainOptions,
  type FallbackSourceName,
  type FallbackValue,
} from './fallback-chain.ts'
export type { AtLeast, DatedValue, FallbackSource, FallbackStep } from './fallback-step.ts'
export {
  faultSwitch,
  type ActiveFault,
  type Fault,
  type FaultRegistrar,
  type FaultSwitch,
  type FaultSwitchSnapshot,
} from './fault-switch.ts'
export { lastGood, lastGoodDefaults, type LastGoodOptions } from './last-good.ts'
export type { NamedTable } from './named-table.ts'
export type { WindowCounts } from './outcome-window.ts'
export type { Permit } from './permit.ts'
export { pipeline, type ExecuteOptions, type Pipeline } from './pipeline.ts'
export { policyOrder } from './policy-order.ts'
export type { Policy } from './policy.ts'
export {
  createRegistry,
  registryDefaults,
  type Registry,
  type RegistryOptions,
  type RegistrySnapshot,
} from './registry.ts'
export { resilienceErrors, type ResilienceErrorCode } from './resilience-errors.ts'
export { retry, retryDefaults, type RetryOptions } from './retry.ts'
export { retryAfterFromHeader } from './retry-after.ts'
export { timeout, timeoutDefaults, type TimeoutOptions } from './timeout.ts'
