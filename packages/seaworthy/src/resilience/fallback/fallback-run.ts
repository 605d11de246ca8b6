import { AsyncResource } from 'node:async_hooks'
import { formatMs, type Timer } from 'seaworthy/core'
import { resilienceError } from '../resilience-errors.ts'
import type { FallbackAnswer } from './answer.ts'
import { keepCauses } from './causes-of.ts'
import type { FallbackLadder, RunningStep } from './fallback-ladder.ts'
import type { DatedValue, FallbackContext } from './fallback-step.ts'
import { isPromiseLike } from './is-promise-like.ts'

/** What a run came to. */
export type RunResult =
  | { readonly kind: 'answered'; readonly answer: FallbackAnswer<unknown, string> }
  /** No step has an answer. */
  | { readonly kind: 'exhausted' }
  /** A step needs time; `onEnd` will be told. */
  | { readonly kind: 'pending' }

const exhausted: RunResult = Object.freeze({ kind: 'exhausted' })
const pending: RunResult = Object.freeze({ kind: 'pending' })

type Found = DatedValue<unknown> | undefined

interface RunParts {
  readonly ladder: FallbackLadder
  readonly args: readonly unknown[]
  readonly error: unknown
  /** Is told the end of a run that was pending. */
  readonly onEnd: (result: RunResult) => void
}

/**
 * The steps asked in turn for one call that failed. Those that answer at once cost no promise; one that takes too long is
 * aborted, and the next is asked.
 */
export class FallbackRun {
  readonly #parts: RunParts
  #next = 0
  #causes: unknown[] | undefined
  #asked: AskedStep | undefined
  #isOver = false

  constructor(parts: RunParts) {
    this.#parts = parts
  }

  start(): RunResult {
    return this.#advance()
  }

  /** Nobody waits for the answer any more. */
  cancel(reason: unknown): void {
    this.#isOver = true
    this.#asked?.end(reason)
  }

  #advance(): RunResult {
    const { ladder, args, error } = this.#parts
    for (;;) {
      const step = ladder.steps[this.#next++]
      if (step === undefined) {
        keepCauses(error, this.#causes)
        return exhausted
      }
      const asked = new AskedStep(error)
      let found: Found | PromiseLike<Found>
      try {
        found = step.origin.find(args, asked)
      } catch (cause) {
        this.#noteCause(cause)
        continue
      }
      if (isPromiseLike<Found>(found)) return this.#wait(step, asked, found)
      if (found !== undefined) return this.#answer(step, found)
    }
  }

  #wait(step: RunningStep, asked: AskedStep, found: PromiseLike<Found>): RunResult {
    this.#asked = asked
    const { timeoutMs, source } = step
    if (timeoutMs !== undefined) {
      const inContext = AsyncResource.bind(() => this.#expire(asked, source, timeoutMs))
      asked.timer = this.#parts.ladder.clock.schedule(timeoutMs, inContext, { keepsAlive: true })
    }
    Promise.resolve(found).then(
      (value) =>
        this.#settled(asked, () => (value === undefined ? this.#advance() : this.#answer(step, value))),
      (cause) => this.#settled(asked, () => this.#failed(cause)),
    )
    return pending
  }

  /** Goes on with what a step came to, if it is still waited for. */
  #settled(asked: AskedStep, goOn: () => RunResult): void {
    if (this.#isOver || this.#asked !== asked) return
    asked.timer?.cancel()
    this.#asked = undefined
    const result = goOn()
    if (result.kind !== 'pending') this.#parts.onEnd(result)
  }

  #failed(cause: unknown): RunResult {
    this.#noteCause(cause)
    return this.#advance()
  }

  #expire(asked: AskedStep, source: string, limitMs: number): void {
    const { name } = this.#parts.ladder
    const cause = resilienceError(
      'ERR_TIMEOUT',
      `Cannot answer "${name}" from "${source}": must end within ${formatMs(limitMs)}, was still running`,
      { details: { name, source, limitMs } },
    )
    asked.end(cause)
    this.#settled(asked, () => this.#failed(cause))
  }

  #answer(step: RunningStep, found: DatedValue<unknown>): RunResult {
    const { ladder, error } = this.#parts
    return { kind: 'answered', answer: ladder.answer(step.source, found, { error, causes: this.#causes }) }
  }

  #noteCause(cause: unknown): void {
    ;(this.#causes ??= []).push(cause)
  }
}

/** One step that was asked; for the step, what went wrong. */
class AskedStep implements FallbackContext {
  readonly error: unknown
  timer: Timer | undefined
  #controller: AbortController | undefined
  #end: { readonly reason: unknown } | undefined

  constructor(error: unknown) {
    this.error = error
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#end !== undefined) this.#controller.abort(this.#end.reason)
    }
    return this.#controller.signal
  }

  end(reason: unknown): void {
    this.timer?.cancel()
    this.#end = { reason }
    this.#controller?.abort(reason)
  }
}
