import {
  callable,
  coarseClockOf,
  defineOptions,
  object,
  onAbort,
  optional,
  text,
  type CoarseClock,
  type Runtime,
} from 'seaworthy/core'
import { givenName } from '../engine/given-options.ts'
import { liveAnswer, type Answer } from './answer.ts'
import { isCallersAbort } from './callers-abort.ts'
import { FallbackLadder } from './fallback-ladder.ts'
import { FallbackRun, type RunResult } from './fallback-run.ts'
import type { AnyFallbackStep, FallbackArgs, FallbackSourceName, FallbackValue } from './fallback-step.ts'

export interface FallbackChainOptions {
  /** The dependency, for messages. */
  readonly name: string
  readonly runtime?: Partial<Runtime> | undefined
  /** Which errors are answered. Default: all but the abort of the caller, which never is. */
  readonly when?: ((error: unknown) => boolean) | undefined
}

export interface FallbackChain<Args extends readonly unknown[], Value, Source extends string> {
  /** The sources, in the order in which they are asked. */
  readonly sources: readonly Source[]
  /**
   * The live value, or the first that a step has. When no step has one, the live error is thrown, and `causesOf` tells
   * why the steps failed. The abort of the caller is never answered by a fallback, and cuts one that is computing.
   */
  run<T>(
    args: Args,
    live: () => Promise<T>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Answer<T | Value, Source>>
}

const resolveChainOptions = defineOptions(
  'fallback chain',
  {},
  {
    name: text(),
    runtime: optional(object<Partial<Runtime>>('an object with clock and random')),
    when: optional(callable<(error: unknown) => boolean>()),
  },
)

/**
 * Puts fallbacks behind a call, in order. In a pipeline, use `fallback`.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function fallbackChain<const Steps extends readonly AnyFallbackStep[]>(
  steps: Steps,
  options: FallbackChainOptions,
): FallbackChain<FallbackArgs<Steps>, FallbackValue<Steps>, FallbackSourceName<Steps>> {
  const { name, runtime, when } = resolveChainOptions(options, givenName(options))
  return new Chain<FallbackArgs<Steps>, FallbackValue<Steps>, FallbackSourceName<Steps>>(
    new FallbackLadder(steps, name, runtime),
    when,
  )
}

class Chain<Args extends readonly unknown[], Value, Source extends string> implements FallbackChain<
  Args,
  Value,
  Source
> {
  readonly sources: readonly Source[]
  readonly #ladder: FallbackLadder
  readonly #coarse: CoarseClock
  readonly #when: ((error: unknown) => boolean) | undefined

  constructor(ladder: FallbackLadder, when: ((error: unknown) => boolean) | undefined) {
    // The names of the steps, of which the ladder knows only that they are texts.
    this.sources = Object.freeze(ladder.sources) as readonly Source[]
    this.#ladder = ladder
    this.#coarse = coarseClockOf(ladder.clock)
    this.#when = when
  }

  async run<T>(
    args: Args,
    live: () => Promise<T>,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Answer<T | Value, Source>> {
    let value: T
    try {
      value = await live()
    } catch (error) {
      if (isCallersAbort(error, options.signal) || this.#when?.(error) === false) throw error
      return await this.#fallBack(args, error, options.signal)
    }
    this.#ladder.remember(args, value)
    return liveAnswer(value, this.#coarse)
  }

  #fallBack(args: Args, error: unknown, signal: AbortSignal | undefined): Promise<Answer<Value, Source>> {
    return new Promise((resolve, reject) => {
      let stop = (): void => {}
      const settle = (result: RunResult): void => {
        stop()
        // What the steps of this chain find is what their types say.
        if (result.kind === 'answered') resolve(result.answer as Answer<Value, Source>)
        else reject(error)
      }
      const run = new FallbackRun({ ladder: this.#ladder, args, error, onEnd: settle })
      const result = run.start()
      if (result.kind !== 'pending') return settle(result)
      stop = onAbort(signal, (reason) => {
        run.cancel(reason)
        reject(reason)
      })
    })
  }
}
