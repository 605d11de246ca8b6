import {
  callable,
  coarseClockOf,
  defineOptions,
  optional,
  text,
  type CoarseClock,
  type Runtime,
} from 'seaworthy/core'
import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import { givenName } from '../engine/given-options.ts'
import type { Policy } from '../engine/policy.ts'
import { Stage, type Abandonment } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { liveAnswer } from './answer.ts'
import { isCallersAbort } from './callers-abort.ts'
import { FallbackLadder } from './fallback-ladder.ts'
import { FallbackRun, type RunResult } from './fallback-run.ts'
import type { AnyFallbackStep, FallbackArgs, FallbackSourceName, FallbackValue } from './fallback-step.ts'

export interface FallbackOptions {
  /** For messages and metrics. Default `fallback`. */
  readonly name?: string
  /**
   * Which errors are answered. Default: all but the abort of the caller, which never is; refusals of other policies are.
   * What it throws is what the call fails with.
   */
  readonly when?: (error: unknown) => boolean
}

export const fallbackDefaults = { name: 'fallback' } as const

/** A policy that answers what fails; it makes every value of its pipeline an `Answer`. */
export interface FallbackPolicy<
  Args extends readonly unknown[],
  Value,
  Source extends string,
> extends Policy {
  readonly kind: 'fallback'
  /** The sources, in the order in which they are asked. */
  readonly sources: readonly Source[]
  /** Only for types: what it takes and adds. */
  readonly '~adds'?: { readonly args: (args: Args) => void; readonly value: Value }
}

const resolveFallbackOptions = defineOptions('fallback', fallbackDefaults, {
  name: text(),
  when: optional(callable<(error: unknown) => boolean>()),
})

/**
 * Answers in place of what is inside it when that fails: with the first of the steps that has a value. Put it outermost.
 * What goes through it becomes an {@link Answer}, which names its source: `live`, or that of the step. The steps get the
 * call's `args`. When no step has a value, the call fails with its own error, and `causesOf` tells why the steps failed.
 * What ends the call from outside ends a step that takes time.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function fallback<const Steps extends readonly AnyFallbackStep[]>(
  steps: Steps,
  options: FallbackOptions = {},
  runtime?: Partial<Runtime>,
): FallbackPolicy<FallbackArgs<Steps>, FallbackValue<Steps>, FallbackSourceName<Steps>> {
  const { name, when } = resolveFallbackOptions(options, givenName(options))
  return new Fallback<FallbackArgs<Steps>, FallbackValue<Steps>, FallbackSourceName<Steps>>(
    new FallbackLadder(steps, name, runtime),
    when,
  )
}

type When = ((error: unknown) => boolean) | undefined

class Fallback<Args extends readonly unknown[], Value, Source extends string>
  extends StagedPolicy
  implements FallbackPolicy<Args, Value, Source>
{
  readonly kind = 'fallback'
  readonly name: string
  readonly sources: readonly Source[]
  readonly #ladder: FallbackLadder
  readonly #when: When

  constructor(ladder: FallbackLadder, when: When) {
    super()
    this.name = ladder.name
    // The names of the steps, of which the ladder knows only that they are texts.
    this.sources = Object.freeze(ladder.sources) as readonly Source[]
    this.#ladder = ladder
    this.#when = when
  }

  stage(): Stage {
    return new FallbackStage(this.#ladder, this.#when)
  }

  describe(): Readonly<Record<string, unknown>> {
    return { kind: this.kind, name: this.name, sources: this.sources }
  }
}

const noArgs: readonly unknown[] = Object.freeze([])

class FallbackStage extends Stage {
  override readonly goesOn: boolean
  readonly #ladder: FallbackLadder
  readonly #when: When
  readonly #coarse: CoarseClock
  readonly #remembers: boolean

  constructor(ladder: FallbackLadder, when: When) {
    super()
    this.goesOn = when !== undefined || ladder.runsForeignCode
    this.#ladder = ladder
    this.#when = when
    this.#coarse = coarseClockOf(ladder.clock)
    this.#remembers = ladder.remembers
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    if (this.#remembers) this.#ladder.remember(flight.options.args ?? noArgs, value)
    return this.outerOnSuccess.succeeded(flight, liveAnswer(value, this.#coarse))
  }

  override failed(flight: Flight, error: unknown): unknown {
    const { args = noArgs, signal } = flight.options
    try {
      if (isCallersAbort(error, signal) || this.#when?.(error) === false) {
        return this.outerOnFailure.failed(flight, error)
      }
    } catch (thrown) {
      return this.outerOnFailure.failed(flight, thrown)
    }
    const run = new FallbackRun({
      ladder: this.#ladder,
      args,
      error,
      onEnd: (result) => this.#ended(flight, result, error),
    })
    const result = run.start()
    if (result.kind === 'answered') return this.outerOnSuccess.succeeded(flight, result.answer)
    if (result.kind === 'exhausted') return this.outerOnFailure.failed(flight, error)
    keepFrame(flight, this.index, run)
    return flight.park(this)
  }

  override abandoned(flight: Flight, { reason }: Abandonment): void {
    const run = frameOf(flight, this.index)
    keepFrame(flight, this.index, undefined)
    if (run instanceof FallbackRun) run.cancel(reason)
  }

  #ended(flight: Flight, result: RunResult, error: unknown): void {
    keepFrame(flight, this.index, undefined)
    if (result.kind === 'answered') flight.succeed(this, result.answer)
    else flight.fail(this, error)
  }
}
