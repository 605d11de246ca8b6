import { retryChannel, type Runtime } from 'seaworthy/core'
import { resolveBackoff, type Backoff } from './backoff.ts'
import type { CallContext } from '../engine/call-context.ts'
import { classifyError } from '../engine/classify-error.ts'
import { resilienceError } from '../resilience-errors.ts'
import { retryAfterOf } from './retry-after.ts'
import type { ResolvedRetryOptions } from './retry-options.ts'
import type { RetryRun } from './retry-run.ts'

/** How an attempt failed: with an error, or with a result that was refused. */
export type Failure =
  | { readonly isResult: false; readonly error: unknown }
  | { readonly isResult: true; readonly result: unknown }

/** What a retry decides after each failed attempt. */
export class RetryPlan {
  readonly options: ResolvedRetryOptions
  readonly runtime: Runtime
  readonly backoff: Backoff

  constructor(options: ResolvedRetryOptions, runtime: Runtime) {
    const { name, backoff, baseDelay, maxDelay } = options
    this.options = options
    this.runtime = runtime
    const limits = { baseMs: baseDelay, maxMs: maxDelay }
    this.backoff = resolveBackoff(backoff, name, { limits, random: runtime.random })
  }

  /**
   * The wait before the next attempt, which is then paid for; undefined when there is none. Throws what `retryIf` or
   * an own backoff throws.
   */
  waitMs(run: RetryRun, failure: Failure, context: CallContext): number | undefined {
    const { attempts, budget, retryIf } = this.options
    if (run.attempt >= attempts || this.#isGivenUp(run, failure)) return undefined
    if (!failure.isResult && !retryIf(failure.error, context)) return undefined
    const waitMs = this.#delayMs(run, failure)
    const endsAtMs = Math.min(run.endsAtMs, context.deadlineMs ?? Infinity)
    if (waitMs === undefined || this.runtime.clock.now() + waitMs >= endsAtMs) return undefined
    if (budget === undefined || budget.withdraw()) return waitMs
    budget.giveUpOn(subjectOf(failure))
    return undefined
  }

  /**
   * Tells retries around this one, which have the same budget, that what was tried several times is not to be
   * repeated.
   */
  giveUp(run: RetryRun, failure: Failure): void {
    if (run.attempt > 1) this.options.budget?.giveUpOn(subjectOf(failure))
  }

  publish(run: RetryRun, failure: Failure, delayMs: number): void {
    if (!retryChannel.hasSubscribers) return
    const error = failure.isResult ? this.resultRefused(run) : failure.error
    retryChannel.publish({ name: this.options.name, attempt: run.attempt, delayMs, error })
  }

  resultRefused(run: RetryRun): Error {
    const { name, attempts } = this.options
    const { attempt } = run
    return resilienceError(
      'ERR_RESULT_REFUSED',
      `Cannot accept a result in "${name}": must be one that retryIfResult lets pass, received none in ${attempt} of at most ${attempts} attempts`,
      { details: { name, attempt, attempts } },
    )
  }

  /** Whether retries inside this one, which have the same budget, have given up on what it would repeat. */
  #isGivenUp(run: RetryRun, failure: Failure): boolean {
    const { budget } = this.options
    return budget !== undefined && budget.hasGivenUpOn(subjectOf(failure), run.giveUps)
  }

  #delayMs(run: RetryRun, failure: Failure): number | undefined {
    const { attempt, previousMs } = run
    const delays = run.delays(() => this.backoff.begin())
    const delayMs = delays.next({
      attempt,
      previousMs,
      error: failure.isResult ? undefined : failure.error,
      result: failure.isResult ? failure.result : undefined,
    })
    if (delayMs === undefined) return undefined
    run.previousMs = delayMs
    return this.#afterAsked(subjectOf(failure), delayMs)
  }

  #afterAsked(subject: unknown, delayMs: number): number | undefined {
    const askedMs = retryAfterOf(subject, this.runtime.clock.wallTime())
    if (askedMs === undefined) return delayMs
    const { retryAfterMax } = this.options
    // Waiting only a part of what a refusal of our own asks for ends in a certain refusal.
    if (askedMs > retryAfterMax && classifyError(subject) === 'ignored') return undefined
    return Math.max(delayMs, Math.min(askedMs, retryAfterMax))
  }
}

function subjectOf(failure: Failure): unknown {
  return failure.isResult ? failure.result : failure.error
}
