import { callable, defineOptions, duration, matching, optional, type Duration } from 'seaworthy/core'
import type { CallContext, FallbackStep, HedgeOptions, RetryOptions } from 'seaworthy/resilience'
import { settings, type Unnamed } from './dependency-options.ts'

/** What a call gets beside its own arguments. */
export interface DependencyCall extends CallContext {
  /** Headers to send on, so that the other side's logs and traces join ours: `x-correlation-id`, `traceparent`. */
  readonly headers: Readonly<Record<string, string>>
}

/** One thing that can be asked of a dependency. What is left out comes from the dependency's declaration. */
export interface OperationOptions<Args extends readonly unknown[], Value, Steps> {
  /** The call itself. It stops when `signal` aborts. */
  readonly call: (context: DependencyCall, ...args: Args) => Promise<Value>
  /** How long one attempt may take. */
  readonly timeout?: Duration
  /** How long the call may take with all its attempts. */
  readonly deadline?: Duration
  /** Settings of the retry; false for what must not be repeated. */
  readonly retry?: Unnamed<RetryOptions> | false
  /** Settings of the hedge; false for what must not be done twice. */
  readonly hedge?: Unnamed<HedgeOptions> | false
  /** What answers, in order, when the call fails. */
  readonly fallback?: Steps
}

/** The steps of a fallback chain for a function of these arguments. */
export type FallbackSteps<Args extends readonly unknown[]> = readonly FallbackStep<Args, unknown, string>[]

export const resolveOperationOptions = defineOptions(
  'operation',
  { fallback: [] },
  {
    call: callable<(...args: never[]) => Promise<unknown>>(),
    timeout: optional(duration('1ms', '1h')),
    deadline: optional(duration('1ms', '1d')),
    retry: optional(settings<Unnamed<RetryOptions>>()),
    hedge: optional(settings<Unnamed<HedgeOptions>>()),
    fallback: matching('a list of fallback steps', (value): value is FallbackSteps<never> =>
      Array.isArray(value),
    ),
  },
)
