import {
  callable,
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
import type { BulkheadOptions, CallContext, CircuitBreakerOptions, RetryOptions } from 'seaworthy/resilience'
import { importances, type Importance } from './dependency-handle.ts'

/** The settings of a policy; its name is the dependency's. */
export type Unnamed<Options> = Omit<Options, 'name'>

/** The settings of a circuit breaker; what an error says is the dependency's own `classify`. */
export type BreakerSettings = Omit<CircuitBreakerOptions, 'name' | 'classify'>

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
  /** Settings of the circuit breaker that all operations share, or false for none. */
  readonly breaker?: BreakerSettings | false
  /** Settings of the bulkhead that all operations share, or false for none. Default: 50 calls at once, 100 waiting 1 s. */
  readonly bulkhead?: Unnamed<BulkheadOptions> | false
  readonly probe?: ProbeOptions
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
  breaker: {},
  bulkhead: { concurrency: 50, queue: 100, queueWaitMax: '1s' },
})

export const probeDefaults = Object.freeze({ every: '10s', timeout: '2s' })

/** Settings of a policy, checked by the policy itself, or false. */
export function settings<T extends object>() {
  return matching('an object of settings, or false', (value): value is T | false => {
    return value === false || (typeof value === 'object' && value !== null && !Array.isArray(value))
  })
}

export const resolveDependencyOptions = defineOptions('dependency', dependencyDefaults, {
  name: text(60),
  importance: oneOf(...importances),
  timeout: duration('1ms', '1h'),
  deadline: duration('1ms', '1d'),
  retry: settings<Unnamed<RetryOptions>>(),
  breaker: settings<BreakerSettings>(),
  bulkhead: settings<Unnamed<BulkheadOptions>>(),
  probe: optional(object<ProbeOptions>('{ call, every, timeout }')),
  classify: optional(callable<(error: unknown) => Outcome>()),
})

export type ResolvedDependencyOptions = ReturnType<typeof resolveDependencyOptions>

export const resolveProbeOptions = defineOptions('probe', probeDefaults, {
  call: callable<(context: CallContext) => Promise<unknown>>(),
  every: duration('10ms', '1d'),
  timeout: duration('1ms', '1h'),
})
