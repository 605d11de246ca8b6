import { callChannel, type Outcome } from 'seaworthy/core'
import {
  classifyError,
  fallbackChain,
  pipeline,
  retry,
  retryDefaults,
  timeout,
  type Answer,
  type CallContext,
  type ExecuteOptions,
  type FallbackChain,
  type FallbackSourceName,
  type FallbackValue,
  type Pipeline,
  type Policy,
} from 'seaworthy/resilience'
import { outgoingHeaders } from 'seaworthy/telemetry'
import type { DeclaredOperation, DependencyCore } from './dependency-core.ts'
import type { OperationDescription } from './operation-description.ts'
import {
  resolveOperationOptions,
  type DependencyCall,
  type FallbackSteps,
  type OperationOptions,
} from './operation-options.ts'
import { currentFaultRequest } from './fault-requests.ts'
import { recordProvenance } from './scope.ts'

/** One call's own wishes. */
export interface CallOptions {
  /** Aborts the call, its backoff and its place in a queue at once. An abort is never answered by a fallback. */
  readonly signal?: AbortSignal | undefined
  /** What the call is about, such as a tenant: waits in turn with other keys, has its own share of a keyed rate limit. */
  readonly key?: string | undefined
  /** From 0, the first to make room in a full queue, to 9. Default 5. */
  readonly priority?: number | undefined
  /** How many units of the rate limit it costs. Default 1. */
  readonly cost?: number | undefined
}

const noWishes: CallOptions = Object.freeze({})

/** A declared call. It takes the arguments of the function it was declared with and answers with provenance. */
export interface Operation<Args extends readonly unknown[], Value, Source extends string> {
  (...args: Args): Promise<Answer<Value, Source>>
  /** The same call with wishes of its own. */
  readonly with: (options: CallOptions) => (...args: Args) => Promise<Answer<Value, Source>>
}

/** Declares an operation on a dependency. */
export function createOperation<Args extends readonly unknown[], Value, Steps extends FallbackSteps<Args>>(
  core: DependencyCore,
  name: string,
  input: OperationOptions<Args, Value, Steps>,
): Operation<Args, Value | FallbackValue<Steps>, FallbackSourceName<Steps>> {
  const id = `${core.name}.${name}`
  const options = resolveOperationOptions(input, id)
  // The steps take the arguments of the call: the type of the options says so, which a check at run time cannot.
  const chain = fallbackChain(options.fallback, { name: id, runtime: core.runtime }) as FallbackChain<
    Args,
    FallbackValue<Steps>,
    FallbackSourceName<Steps>
  >
  const policies = pipeline(policiesOf(core, id, options))
  const runner = new OperationRunner(core, { name, call: input.call, policies, chain })
  core.declare(name, runner)
  const run = (...args: Args): ReturnType<typeof runner.run> => runner.run(args, noWishes)
  return Object.freeze(
    Object.assign(run, {
      with:
        ({ signal, key, priority, cost }: CallOptions) =>
        (...args: Args) =>
          runner.run(args, { signal, key, priority, cost }),
    }),
  )
}

type Work<Args extends readonly unknown[], Value> = (context: DependencyCall, ...args: Args) => Promise<Value>

interface OperationParts<Args extends readonly unknown[], Value, Other, Source extends string> {
  readonly name: string
  readonly call: Work<Args, Value>
  readonly policies: Pipeline
  readonly chain: FallbackChain<Args, Other, Source>
}

class OperationRunner<
  Args extends readonly unknown[],
  Value,
  Other,
  Source extends string,
> implements DeclaredOperation {
  readonly #core: DependencyCore
  readonly #parts: OperationParts<Args, Value, Other, Source>

  constructor(core: DependencyCore, parts: OperationParts<Args, Value, Other, Source>) {
    this.#core = core
    this.#parts = parts
  }

  get hasFallback(): boolean {
    return this.#parts.chain.sources.length > 0
  }

  describe(): OperationDescription {
    const { name, policies, chain } = this.#parts
    return { name, policies: policies.describe(), fallback: chain.sources }
  }

  async run(args: Args, wishes: CallOptions): Promise<Answer<Value | Other, Source>> {
    const { clock } = this.#core.runtime
    const startedAt = clock.now()
    const call = new LiveCall(this.#parts.call, args)
    try {
      const answer = await this.#parts.chain.run(args, () => this.#live(call, wishes), wishes)
      this.#publish(call, startedAt, { source: answer.source, error: answer.error })
      this.#recordProvenance(answer)
      return answer
    } catch (error) {
      this.#publish(call, startedAt, { source: 'none', error })
      throw error
    }
  }

  async #live(call: LiveCall<Args, Value>, wishes: CallOptions): Promise<Value> {
    const options: ExecuteOptions = this.#core.options.faultRequests
      ? { ...wishes, faultRequest: currentFaultRequest() }
      : wishes
    try {
      const value = await this.#parts.policies.execute((context) => call.attempt(context), options)
      call.outcome = 'ok'
      return value
    } catch (error) {
      call.outcome = wishes.signal?.aborted === true ? 'ignored' : this.#core.outcomeOf(error)
      throw error
    } finally {
      this.#core.recordCall(call.outcome)
    }
  }

  #recordProvenance({ source, asOf }: Answer<unknown, string>): void {
    const degraded = source !== 'live' && source !== 'cache'
    recordProvenance({
      dependency: this.#core.name,
      operation: this.#parts.name,
      source,
      asOf,
      degraded,
      unavailableSince: degraded ? this.#core.troubleSince : undefined,
    })
  }

  #publish(
    call: Pick<LiveCall<Args, Value>, 'outcome' | 'attempts'>,
    startedAt: number,
    end: { readonly source: string; readonly error: unknown },
  ): void {
    if (!callChannel.hasSubscribers) return
    callChannel.publish({
      dependency: this.#core.name,
      operation: this.#parts.name,
      outcome: call.outcome,
      durationMs: this.#core.runtime.clock.now() - startedAt,
      attempts: call.attempts,
      ...end,
    })
  }
}

/** The attempts of one call, counted. */
class LiveCall<Args extends readonly unknown[], Value> {
  attempts = 0
  outcome: Outcome = 'ignored'
  readonly #call: Work<Args, Value>
  readonly #args: Args

  constructor(call: Work<Args, Value>, args: Args) {
    this.#call = call
    this.#args = args
  }

  attempt(context: CallContext): Promise<Value> {
    this.attempts++
    return this.#call(new OutgoingCall(context), ...this.#args)
  }
}

/** The context of one attempt. The signal stays lazy: nobody who does not look pays for it. */
class OutgoingCall implements DependencyCall {
  readonly #context: CallContext

  constructor(context: CallContext) {
    this.#context = context
  }

  get signal(): AbortSignal {
    return this.#context.signal
  }

  get attempt(): number {
    return this.#context.attempt
  }

  get deadlineMs(): number | undefined {
    return this.#context.deadlineMs
  }

  get headers(): Readonly<Record<string, string>> {
    return { ...outgoingHeaders() }
  }
}

/**
 * Outermost first: the whole call's time, retry, hedge, the shared rate limit, throttle, breaker and slots, one attempt's
 * time, the fault switch. The order is `policyOrder` of seaworthy/resilience, which says why.
 */
function policiesOf(
  core: DependencyCore,
  id: string,
  options: ReturnType<typeof resolveOperationOptions>,
): readonly Policy[] {
  const { runtime } = core
  const { rateLimit, shedding, breaker, adaptive, bulkhead, faults } = core.policies
  const again = options.retry ?? core.options.retry
  const beside = options.hedge ?? core.options.hedge
  const retryIf = (error: unknown): boolean => isWorthRetrying(core, error)
  const policies = [
    timeout({ name: `${id} deadline`, limit: options.deadline ?? core.options.deadline }, runtime),
    again === false ? undefined : retry({ retryIf, ...core.payment, ...again, name: id }, runtime),
    beside === false ? undefined : core.hedge({ ...beside, name: id }),
    rateLimit,
    shedding,
    breaker,
    adaptive,
    bulkhead,
    timeout({ name: id, limit: options.timeout ?? core.options.timeout }, runtime),
    faults,
  ]
  return policies.filter((policy): policy is Policy => policy !== undefined)
}

/** Not an error that says nothing about the dependency: it would be the same again. A refusal is left to retry itself. */
function isWorthRetrying(core: DependencyCore, error: unknown): boolean {
  if (!retryDefaults.retryIf(error)) return false
  const outcome = core.outcomeOf(error)
  return outcome === 'failed' || outcome === 'slow' || classifyError(error) === 'ignored'
}
