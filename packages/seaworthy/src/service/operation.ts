import { callChannel, type Outcome } from 'seaworthy/core'
import {
  classifyError,
  fallbackChain,
  pipeline,
  retry,
  timeout,
  type Answer,
  type CallContext,
  type FallbackChain,
  type Pipeline,
  type Policy,
} from 'seaworthy/resilience'
import { outgoingHeaders } from 'seaworthy/telemetry'
import type { DependencyCore } from './dependency-core.ts'
import type { OperationDescription } from './operation-description.ts'
import {
  resolveOperationOptions,
  type DependencyCall,
  type FallbackSteps,
  type OperationOptions,
} from './operation-options.ts'
import { recordProvenance } from './scope.ts'

/** One call's own wishes. */
export interface CallOptions {
  /** Aborts the call, its backoff and its place in a queue at once. An abort is never answered by a fallback. */
  readonly signal?: AbortSignal | undefined
}

/** A declared call. It takes the arguments of the function it was declared with and answers with provenance. */
export interface Operation<Args extends readonly unknown[], Value, Source extends string> {
  (...args: Args): Promise<Answer<Value, Source>>
  /** The same call with wishes of its own. */
  readonly with: (options: CallOptions) => (...args: Args) => Promise<Answer<Value, Source>>
}

type Work = (context: DependencyCall, ...args: never[]) => Promise<unknown>

/** Declares an operation on a dependency. Typed by `dependency().operation`. */
export function createOperation(
  core: DependencyCore,
  name: string,
  input: OperationOptions<never, unknown, FallbackSteps<never>>,
): Operation<never, unknown, string> {
  const runner = new OperationRunner(core, name, input)
  core.declare(name, runner)
  const run = (...args: never): Promise<Answer<unknown, string>> => runner.run(args, undefined)
  return Object.freeze(
    Object.assign(run, {
      with:
        ({ signal }: CallOptions) =>
        (...args: never) =>
          runner.run(args, signal),
    }),
  )
}

class OperationRunner {
  readonly hasFallback: boolean
  readonly #core: DependencyCore
  readonly #name: string
  readonly #call: Work
  readonly #classify: (error: unknown) => Outcome
  readonly #pipeline: Pipeline
  readonly #chain: FallbackChain<readonly unknown[], unknown, string>
  readonly #description: OperationDescription

  constructor(
    core: DependencyCore,
    name: string,
    input: OperationOptions<never, unknown, FallbackSteps<never>>,
  ) {
    const options = resolveOperationOptions(input, `${core.name}.${name}`)
    const { fallback } = options
    this.#core = core
    this.#name = name
    this.#call = options.call as Work
    this.#classify = options.classify ?? core.options.classify ?? classifyError
    this.#pipeline = pipeline(policiesOf(core, name, options))
    this.#chain = fallbackChain(fallback, { name: `${core.name}.${name}`, runtime: core.runtime })
    this.hasFallback = fallback.length > 0
    this.#description = {
      name,
      policies: this.#pipeline.describe(),
      fallback: fallback.map((step) => step.source),
    }
  }

  describe(): OperationDescription {
    return this.#description
  }

  async run(args: readonly unknown[], signal: AbortSignal | undefined): Promise<Answer<unknown, string>> {
    const { clock } = this.#core.runtime
    const startedAt = clock.now()
    const call = new LiveCall(this.#call, args)
    try {
      const answer = await this.#chain.run(args, () => this.#live(call, signal), { signal })
      this.#publish(call, startedAt, { source: answer.source, error: answer.error })
      this.#recordProvenance(answer)
      return answer
    } catch (error) {
      this.#publish(call, startedAt, { source: 'none', error })
      throw error
    }
  }

  async #live(call: LiveCall, signal: AbortSignal | undefined): Promise<unknown> {
    try {
      const value = await this.#pipeline.execute((context) => call.attempt(context), signal ? { signal } : {})
      call.outcome = 'ok'
      return value
    } catch (error) {
      call.outcome = signal?.aborted === true ? 'ignored' : this.#classify(error)
      throw error
    } finally {
      this.#core.recordCall(call.outcome)
    }
  }

  #recordProvenance({ source, asOf }: Answer<unknown, string>): void {
    const degraded = source !== 'live' && source !== 'cache'
    recordProvenance({
      dependency: this.#core.name,
      operation: this.#name,
      source,
      asOf,
      degraded,
      unavailableSince: degraded ? this.#core.troubleSince : undefined,
    })
  }

  #publish(
    call: LiveCall,
    startedAt: number,
    end: { readonly source: string; readonly error: unknown },
  ): void {
    if (!callChannel.hasSubscribers) return
    callChannel.publish({
      dependency: this.#core.name,
      operation: this.#name,
      outcome: call.outcome,
      durationMs: this.#core.runtime.clock.now() - startedAt,
      attempts: call.attempts,
      ...end,
    })
  }
}

/** The attempts of one call, counted. */
class LiveCall {
  attempts = 0
  outcome: Outcome = 'ignored'
  readonly #call: Work
  readonly #args: readonly unknown[]

  constructor(call: Work, args: readonly unknown[]) {
    this.#call = call
    this.#args = args
  }

  attempt(context: CallContext): Promise<unknown> {
    this.attempts++
    return this.#call(new OutgoingCall(context), ...(this.#args as never[]))
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
 * Outermost first: the whole call's time, retry, the shared breaker and slots, one attempt's time, the fault switch. The
 * order is `policyOrder` of seaworthy/resilience, which says why.
 */
function policiesOf(
  core: DependencyCore,
  name: string,
  options: ReturnType<typeof resolveOperationOptions>,
): readonly Policy[] {
  const { runtime, breaker, bulkhead, faults } = core
  const id = `${core.name}.${name}`
  const again = options.retry ?? core.options.retry
  const policies = [
    timeout({ name: `${id} deadline`, limit: options.deadline ?? core.options.deadline }, runtime),
    again === false ? undefined : retry({ ...again, name: id }, runtime),
    breaker,
    bulkhead,
    timeout({ name: id, limit: options.timeout ?? core.options.timeout }, runtime),
    faults,
  ]
  return policies.filter((policy): policy is Policy => policy !== undefined)
}
