import { fallbackChannel, isolate, orAbort, type Clock, type Runtime } from 'seaworthy/core'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { DatedValue, FallbackSource, FallbackStep } from './fallback-step.ts'

/** A value that tells where it comes from. */
export interface Answer<T, Source extends string = string> {
  readonly value: T
  readonly source: 'live' | Source
  /** The moment for which the value holds, by the wall clock. */
  readonly asOf: Date
  /** Why the answer is not live. */
  readonly error?: unknown
}

/** Any step, to infer from. */
export type AnyFallbackStep = FallbackStep<never, unknown, string>

type TakesArgs<Step> = Step extends FallbackStep<infer Args, unknown, string> ? (args: Args) => void : never
type ValueOf<Step> = Step extends FallbackStep<never, infer Value, string> ? Value : never

/** The arguments that all steps accept. */
export type FallbackArgs<Steps extends readonly AnyFallbackStep[]> = [Steps[number]] extends [never]
  ? readonly unknown[]
  : TakesArgs<Steps[number]> extends (args: infer Args) => void
    ? Extract<Args, readonly unknown[]>
    : never

/** The values that the steps add. */
export type FallbackValue<Steps extends readonly AnyFallbackStep[]> = ValueOf<Steps[number]>

/** The names of the steps. */
export type FallbackSourceName<Steps extends readonly AnyFallbackStep[]> = Steps[number]['source']

export interface FallbackChainOptions {
  /** The dependency, for messages. */
  readonly name: string
  readonly runtime?: Partial<Runtime> | undefined
}

export interface FallbackChain<Args extends readonly unknown[], Value, Source extends string> {
  /** The sources, in the order in which they are asked. */
  readonly sources: readonly Source[]
  /**
   * The live value, or the first that a step has. When no step has one, the live error is thrown. The abort of the
   * caller is never answered by a fallback.
   */
  run<T>(
    args: Args,
    live: () => Promise<T>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Answer<T | Value, Source>>
}

/** Puts fallbacks behind a call, in order. */
export function fallbackChain<const Steps extends readonly AnyFallbackStep[]>(
  steps: Steps,
  options: FallbackChainOptions,
): FallbackChain<FallbackArgs<Steps>, FallbackValue<Steps>, FallbackSourceName<Steps>> {
  // Each step accepts the arguments that all accept; the compiler cannot see that through the union of steps.
  const uniform = steps as readonly AnyFallbackStep[] as readonly FallbackStep<
    FallbackArgs<Steps>,
    FallbackValue<Steps>,
    FallbackSourceName<Steps>
  >[]
  return new Chain(uniform, options.name, completeRuntime(options.runtime).clock)
}

interface RunningStep<Args extends readonly unknown[], Value, Source extends string> {
  readonly source: Source
  readonly origin: FallbackSource<Args, Value>
}

class Chain<Args extends readonly unknown[], Value, Source extends string> implements FallbackChain<
  Args,
  Value,
  Source
> {
  readonly sources: readonly Source[]
  readonly #steps: readonly RunningStep<Args, Value, Source>[]
  readonly #name: string
  readonly #clock: Clock

  constructor(steps: readonly FallbackStep<Args, Value, Source>[], name: string, clock: Clock) {
    this.#steps = steps.map((step) => ({ source: step.source, origin: step.start(clock) }))
    this.sources = Object.freeze(steps.map((step) => step.source))
    this.#name = name
    this.#clock = clock
  }

  async run<T>(
    args: Args,
    live: () => Promise<T>,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Answer<T | Value, Source>> {
    try {
      const value = await live()
      this.#remember(args, value)
      return Object.freeze({ value, source: 'live', asOf: new Date(this.#clock.wallTime()) })
    } catch (error) {
      if (isCallersAbort(error, options.signal)) throw error
      return await orAbort(this.#fallBack(args, error), options.signal)
    }
  }

  async #fallBack(args: Args, error: unknown): Promise<Answer<Value, Source>> {
    for (const { source, origin } of this.#steps) {
      const found = await quietly(() => origin.find(args))
      if (found === undefined) continue
      const { value, asOf, ageMs } = found
      if (fallbackChannel.hasSubscribers) fallbackChannel.publish({ name: this.#name, source, ageMs, error })
      return Object.freeze({ value, source, asOf, error })
    }
    throw error
  }

  #remember(args: Args, value: unknown): void {
    for (const { origin } of this.#steps) {
      if (origin.remember !== undefined) isolate(() => origin.remember?.(args, value))
    }
  }
}

/** Without the caller's signal, an `AbortError` is taken for the caller's abort. */
function isCallersAbort(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal !== undefined) return signal.aborted
  return error instanceof Error && error.name === 'AbortError'
}

/** What a step has; nothing when it fails. */
async function quietly<Value>(
  find: () => DatedValue<Value> | undefined | Promise<DatedValue<Value> | undefined>,
): Promise<DatedValue<Value> | undefined> {
  try {
    return await find()
  } catch {
    return undefined
  }
}
