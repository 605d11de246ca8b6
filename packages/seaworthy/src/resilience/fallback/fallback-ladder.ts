import { fallbackChannel, isolate, type Clock, type Runtime } from 'seaworthy/core'
import { wrongArgument } from '../engine/check-arguments.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { hasMethods } from '../engine/has-methods.ts'
import { FallbackAnswer } from './answer.ts'
import type { AnyFallbackStep, DatedValue, FallbackSource } from './fallback-step.ts'

/** A step that was started for one chain. */
export interface RunningStep {
  readonly source: string
  readonly origin: FallbackSource<readonly unknown[], unknown>
  readonly timeoutMs: number | undefined
}

/** What a chain and a policy of the same steps have in common. */
export class FallbackLadder {
  readonly name: string
  readonly clock: Clock
  readonly steps: readonly RunningStep[]
  /** Those that want to be shown live values. */
  readonly #remembering: readonly RunningStep[]

  constructor(steps: readonly AnyFallbackStep[], name: string, runtime?: Partial<Runtime>) {
    checkSteps(steps, name)
    const { clock } = completeRuntime(runtime)
    this.name = name
    this.clock = clock
    this.steps = steps.map((step) => {
      // The steps take the arguments of the call, which the types of whoever makes a ladder say.
      const origin = step.start(clock) as FallbackSource<readonly unknown[], unknown>
      return { source: step.source, origin, timeoutMs: step.timeoutMs }
    })
    this.#remembering = this.steps.filter(({ origin }) => origin.remember !== undefined)
  }

  get sources(): readonly string[] {
    return this.steps.map(({ source }) => source)
  }

  /** Whether a step wants to be shown live values. */
  get remembers(): boolean {
    return this.#remembering.length > 0
  }

  /** Whether a step runs code of whoever made it. */
  get runsForeignCode(): boolean {
    return this.steps.some(({ origin }) => origin.isInert !== true)
  }

  remember(args: readonly unknown[], value: unknown): void {
    for (const { origin } of this.#remembering) isolate(() => origin.remember?.(args, value))
  }

  /** The answer with what a step found. */
  answer(
    source: string,
    found: DatedValue<unknown>,
    why: { readonly error: unknown; readonly causes: readonly unknown[] | undefined },
  ): FallbackAnswer<unknown, string> {
    const { ageMs } = found
    if (fallbackChannel.hasSubscribers) {
      fallbackChannel.publish({ name: this.name, source, ageMs, error: why.error })
    }
    return new FallbackAnswer(source, found, why)
  }
}

function checkSteps(steps: readonly AnyFallbackStep[], name: string): void {
  const target = `fallback "${name}"`
  if (!Array.isArray(steps))
    throw wrongArgument(target, { key: 'steps', allowed: 'a list of steps', value: steps })
  for (const [place, value] of steps.entries()) {
    if (isStep(value)) continue
    throw wrongArgument(target, { key: `steps[${place}]`, allowed: 'a step such as lastGood()', value })
  }
}

function isStep(value: unknown): boolean {
  return hasMethods<AnyFallbackStep>(value, 'start') && typeof value.source === 'string'
}
