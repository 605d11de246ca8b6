import {
  boolean,
  callable,
  coreError,
  defineOptions,
  duration,
  matching,
  object,
  oneOf,
  optional,
  text,
  type Duration,
  type Outcome,
} from 'seaworthy/core'
import type {
  AdaptiveLimitOptions,
  BulkheadOptions,
  CallContext,
  CircuitBreakerOptions,
  ClientThrottleOptions,
  HedgeOptions,
  RateLimitOptions,
  RetryBudgetOptions,
  RetryOptions,
  SharedRateLimitOptions,
} from 'seaworthy/resilience'
import { importances, type Importance } from './dependency-handle.ts'

/** The settings of a policy; its name is the dependency's. */
export type Unnamed<Options> = Omit<Options, 'name'>

/** The settings of a circuit breaker; what an error says is the dependency's own `classify`. */
export type BreakerSettings = Omit<CircuitBreakerOptions, 'name' | 'classify'>

/** The settings of a rate limit: of this process, or with a `store` of all processes that share it. */
export type RateSettings = Unnamed<RateLimitOptions> | Unnamed<SharedRateLimitOptions>

/** How to ask a dependency whether it is there. */
export interface ProbeOptions {
  /** Resolves when it is there. The cheapest call that proves it; never one that changes anything. */
  readonly call: (context: CallContext) => Promise<unknown>
  /** How often to ask. Default 10 s. */
  readonly every?: Duration
  /** How long an answer may take. Default 2 s. */
  readonly timeout?: Duration
}

/** The declaration of one outside dependency. */
export interface DependencyOptions {
  /** Its name in metrics, logs, answers and the console. */
  readonly name: string
  /** Default `important`. */
  readonly importance?: Importance
  /** How long one attempt may take. Default 2 s. */
  readonly timeout?: Duration
  /** How long a call may take with all its attempts. Default 10 s. */
  readonly deadline?: Duration
  /** Settings of the retry, or false for none. Default: those of `retry`. */
  readonly retry?: Unnamed<RetryOptions> | false
  /**
   * Settings of the hedge: a further attempt beside one that has not answered. Only where calls may be done twice, also at
   * the same time; an operation can say so for itself. Default none.
   */
  readonly hedge?: Unnamed<HedgeOptions> | false
  /**
   * What pays for further attempts of retries and hedges, shared by all operations, or false for no limit. Settings of a
   * retry or a hedge that name a budget of their own go before. Default: those of `retryBudget`.
   */
  readonly budget?: Unnamed<RetryBudgetOptions> | false
  /**
   * Settings of the rate limit that all operations share; with a `store`, such as one of Redis, it is kept together with
   * other processes. Default none.
   */
  readonly rateLimit?: RateSettings | false
  /** Settings of the throttle that holds calls back while the dependency refuses many. Default none. */
  readonly shedding?: Unnamed<ClientThrottleOptions> | false
  /** Settings of the circuit breaker that all operations share, or false for none. */
  readonly breaker?: BreakerSettings | false
  /** Settings of the bulkhead that all operations share, or false for none. Default: 50 calls at once, 100 waiting 1 s. */
  readonly bulkhead?: Unnamed<BulkheadOptions> | false
  /** Settings of a limit that finds out how many calls at once are borne, in place of the bulkhead. Default none. */
  readonly adaptive?: Unnamed<AdaptiveLimitOptions> | false
  readonly probe?: ProbeOptions
  /**
   * Whether work may ask for faults, as a request with `x-fault` does (`runWithFaultRequest`). Never in production. Default
   * false: what is asked for is ignored.
   */
  readonly faultRequests?: boolean
  /**
   * What an error says about the health of the dependency: one that is `ignored` or `ok`, such as "not found", moves no
   * breaker and is not tried again by default. Default: each is `failed`, but for refusals of our own policies.
   */
  readonly classify?: (error: unknown) => Outcome
}

export const dependencyDefaults = Object.freeze({
  importance: 'important',
  timeout: '2s',
  deadline: '10s',
  retry: {},
  hedge: false,
  budget: {},
  rateLimit: false,
  shedding: false,
  breaker: {},
  adaptive: false,
  faultRequests: false,
  bulkhead: { concurrency: 50, queue: 100, queueWaitMax: '1s' },
})

export const probeDefaults = Object.freeze({ every: '10s', timeout: '2s' })

/** Settings of a policy, checked by the policy itself, or false. */
export function settings<T extends object>() {
  return matching('an object of settings, or false', (value): value is T | false => {
    return value === false || (typeof value === 'object' && value !== null && !Array.isArray(value))
  })
}

const resolveFields = defineOptions('dependency', dependencyDefaults, {
  name: text(60),
  importance: oneOf(...importances),
  timeout: duration('1ms', '1h'),
  deadline: duration('1ms', '1d'),
  retry: settings<Unnamed<RetryOptions>>(),
  hedge: settings<Unnamed<HedgeOptions>>(),
  budget: settings<Unnamed<RetryBudgetOptions>>(),
  rateLimit: settings<RateSettings>(),
  shedding: settings<Unnamed<ClientThrottleOptions>>(),
  breaker: settings<BreakerSettings>(),
  bulkhead: settings<Unnamed<BulkheadOptions>>(),
  adaptive: settings<Unnamed<AdaptiveLimitOptions>>(),
  faultRequests: boolean(),
  probe: optional(object<ProbeOptions>('{ call, every, timeout }')),
  classify: optional(callable<(error: unknown) => Outcome>()),
})

export type ResolvedDependencyOptions = ReturnType<typeof resolveFields>

/**
 * Checks and completes a declaration. Slots are of one kind: an adaptive limit takes the place of the bulkhead.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function resolveDependencyOptions(options: DependencyOptions): ResolvedDependencyOptions {
  const { name, bulkhead } = options
  const resolved = resolveFields(options, name)
  if (resolved.adaptive === false) return resolved
  if (bulkhead !== undefined && bulkhead !== false) {
    throw coreError(
      'ERR_INVALID_OPTION',
      `Cannot configure dependency "${name}": "bulkhead" must be left out or false where "adaptive" is given, received both`,
      { details: { target: `dependency "${name}"`, key: 'bulkhead' } },
    )
  }
  return Object.freeze({ ...resolved, bulkhead: false })
}

export const resolveProbeOptions = defineOptions('probe', probeDefaults, {
  call: callable<(context: CallContext) => Promise<unknown>>(),
  every: duration('10ms', '1d'),
  timeout: duration('1ms', '1h'),
})
