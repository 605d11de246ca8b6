/**
 * Policies that keep a service useful while what it depends on is not: retry, circuit breaker, timeout, bulkhead,
 * faults on purpose and fallbacks that name their source. They are combined by `pipeline`, and run on an injected clock.
 *
 * @module
 */

export type {
  BreakerMembership,
  BreakerReport,
  BreakerReports,
  BreakerVerdict,
  PeerListener,
  PeerReport,
} from './breaker/breaker-reports.ts'
export type { BreakerReason } from './breaker/breaker-state.ts'
export type { BreakerRecord } from './breaker/breaker-record.ts'
export type { BreakerTrip } from './breaker/breaker-trip.ts'
export {
  retryBudget,
  retryBudgetDefaults,
  type RetryBudget,
  type RetryBudgetOptions,
  type RetryBudgetSnapshot,
} from './budget/retry-budget.ts'
export { adaptiveLimit, type AdaptiveLimitRegistrar } from './adaptive/adaptive-limit.ts'
export type { AdaptiveLimit, AdaptiveLimitSnapshot, LimitPermit } from './adaptive/adaptive-limit-handle.ts'
export {
  adaptiveLimitDefaults,
  type AdaptiveLimitOptions,
  type AdaptiveLimitSettings,
  type LimitAlgorithmName,
} from './adaptive/adaptive-limit-options.ts'
export { classifyLoad, type LoadOutcome } from './adaptive/load-outcome.ts'
export type { SlotRequest } from './bulkhead/acquire-slot.ts'
export { bulkhead, type BulkheadRegistrar } from './bulkhead/bulkhead.ts'
export type { Bulkhead, BulkheadSnapshot, Slot } from './bulkhead/bulkhead-handle.ts'
export { bulkheadDefaults, type BulkheadOptions, type BulkheadSettings } from './bulkhead/bulkhead-options.ts'
export type { WaitOrder } from './bulkhead/fair-lanes.ts'
export { priorities, type Priority } from './bulkhead/priority.ts'
export type { CallContext, ExecuteOptions, Work } from './engine/call-context.ts'
export type { CallOutcome } from './engine/call-outcome.ts'
export { callContext } from './engine/caller-scope.ts'
export {
  circuitBreaker,
  circuitBreakerFactory,
  type BreakerRegistrar,
  type CircuitBreakerFactory,
} from './breaker/circuit-breaker.ts'
export type { CircuitBreaker, CircuitBreakerSnapshot } from './breaker/circuit-breaker-handle.ts'
export {
  circuitBreakerDefaults,
  sharedBreakerDefaults,
  type BreakerMode,
  type BreakerRuleChanges,
  type BreakerRuleOptions,
  type CircuitBreakerOptions,
  type SharedBreakerOptions,
} from './breaker/circuit-breaker-options.ts'
export { classifyError } from './engine/classify-error.ts'
export type { Answer } from './fallback/answer.ts'
export { causesOf } from './fallback/causes-of.ts'
export { constant, derive, recover, type FailedCall, type StepOptions } from './fallback/derived-fallback.ts'
export { fallback, fallbackDefaults, type FallbackOptions, type FallbackPolicy } from './fallback/fallback.ts'
export { fallbackChain, type FallbackChain, type FallbackChainOptions } from './fallback/fallback-chain.ts'
export type {
  AnyFallbackStep,
  AtLeast,
  DatedValue,
  FallbackContext,
  FallbackArgs,
  FallbackSource,
  FallbackSourceName,
  FallbackStep,
  FallbackValue,
} from './fallback/fallback-step.ts'
export type { GuardedArgs, GuardedResult } from './fallback/guarded-result.ts'
export type { Fault, FaultedCall } from './faults/fault.ts'
export { checkFaultRequest } from './faults/fault-request.ts'
export {
  faultSwitch,
  faultSwitchDefaults,
  type ActiveFault,
  type FaultRegistrar,
  type FaultSwitch,
  type FaultSwitchOptions,
  type FaultSwitchSnapshot,
} from './faults/fault-switch.ts'
export { sourceOf } from './http/fallback-response.ts'
export type { HttpOptions, HttpRequest } from './http/http-options.ts'
export { resilientFetch, resilientFetchDefaults, type ResilientFetchOptions } from './http/resilient-fetch.ts'
export { undiciInterceptor, type UndiciInterceptor } from './http/undici-interceptor.ts'
export { hedge, type Hedge, type HedgeSnapshot } from './hedge/hedge.ts'
export type { HedgeQuantile } from './hedge/hedge-delay.ts'
export { hedgeDefaults, type HedgeOptions } from './hedge/hedge-options.ts'
export { keyed, keyedDefaults, type Keyed, type KeyedOptions, type KeyedSnapshot } from './keyed/keyed.ts'
export { lastGood, lastGoodDefaults, type LastGoodOptions } from './fallback/last-good.ts'
export type { NamedTable } from './registry/named-table.ts'
export type { BucketRecord, WindowCounts, WindowRecord } from './breaker/outcome-window.ts'
export type { Permit } from './breaker/permit.ts'
export { isQuorumFailing, type QuorumRule } from './breaker/quorum.ts'
export { createReportBoard, type ReportBoard } from './breaker/report-board.ts'
export { pipeline, type Pipeline } from './engine/pipeline.ts'
export { policyOrder } from './engine/policy-order.ts'
export type { Policy } from './engine/policy.ts'
export { gcra, type GcraDecision, type GcraRate } from './rate-limit/gcra.ts'
export { memorySharedLimit } from './rate-limit/memory-shared-limit.ts'
export { rateLimit, type RateLimitRegistrar } from './rate-limit/rate-limit.ts'
export type {
  AcquireOptions,
  RateLimit,
  RateLimitSnapshot,
  Reservation,
} from './rate-limit/rate-limit-handle.ts'
export {
  learnDefaults,
  rateLimitDefaults,
  type LearnOptions,
  type RateAlgorithm,
  type RateLimitOptions,
  type RateLimitSettings,
} from './rate-limit/rate-limit-options.ts'
export type {
  SharedLimit,
  SharedLimitAnswer,
  SharedLimitGrant,
  SharedLimitRefusal,
  SharedLimitRequest,
  SharedLimitTarget,
} from './rate-limit/shared-limit.ts'
export {
  sharedRateLimit,
  type SharedRateLimit,
  type SharedRateLimitSnapshot,
} from './rate-limit/shared-rate-limit.ts'
export {
  sharedRateLimitDefaults,
  type SharedRateLimitOptions,
  type WhenUnreachable,
} from './rate-limit/shared-rate-limit-options.ts'
export {
  createRegistry,
  registryDefaults,
  type Registry,
  type RegistryOptions,
  type RegistrySnapshot,
} from './registry/registry.ts'
export { resilienceErrors, type ResilienceErrorCode } from './resilience-errors.ts'
export type { FailedAttempt, RetryBackoff } from './retry/backoff.ts'
export type { Jitter } from './retry/delays.ts'
export type { Discard } from './retry/discard.ts'
export { retry } from './retry/retry.ts'
export { retryAfterFromHeader } from './retry/retry-after.ts'
export { retryDefaults, type RetryOptions } from './retry/retry-options.ts'
export {
  clientThrottle,
  type ClientThrottle,
  type ClientThrottleRegistrar,
  type ClientThrottleSnapshot,
} from './shedding/client-throttle.ts'
export { clientThrottleDefaults, type ClientThrottleOptions } from './shedding/client-throttle-options.ts'
export type { DelayMonitor } from './shedding/delay-monitor.ts'
export {
  loadShedder,
  type LoadShedder,
  type LoadShedderRegistrar,
  type LoadShedderSnapshot,
} from './shedding/load-shedder.ts'
export {
  delayBandDefaults,
  loadShedderDefaults,
  type DelayBandOptions,
  type InFlightBandOptions,
  type LoadShedderOptions,
} from './shedding/load-shedder-options.ts'
export { timeout, timeoutDefaults, type TimeoutOptions } from './timeout/timeout.ts'
export { guard, guardCall, type Guarded, type GuardedCallOptions } from './guard/guard.ts'
export type { GuardOptions } from './guard/guard-options.ts'
