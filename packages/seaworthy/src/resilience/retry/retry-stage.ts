import { discardResult } from './discard.ts'
import type { Flight } from '../engine/flight.ts'
import { clearFrames, frameOf, keepFrame } from '../engine/frames.ts'
import { Stage } from '../engine/stage.ts'
import type { Failure, RetryPlan } from './retry-plan.ts'
import { RetryRun } from './retry-run.ts'

/** A retry at its place in a pipeline. Only what fails meets it. */
export class RetryStage extends Stage {
  override readonly goesOn = true
  protected readonly plan: RetryPlan

  constructor(plan: RetryPlan) {
    super()
    this.plan = plan
  }

  override failed(flight: Flight, error: unknown): unknown {
    return this.tryAgain(flight, { isResult: false, error })
  }

  override abandoned(flight: Flight): void {
    const run = this.#runOf(flight)
    if (run === undefined) return
    keepFrame(flight, this.index, undefined)
    if (run.cancelWait()) this.plan.options.budget?.refund()
    run.end()
  }

  /** Begins to remember something of the call. */
  protected begin(flight: Flight): RetryRun {
    const { maxDuration, budget } = this.plan.options
    const run = new RetryRun({
      endsAtMs: maxDuration === undefined ? Infinity : this.plan.runtime.clock.now() + maxDuration,
      giveUps: budget?.giveUps ?? 0,
    })
    keepFrame(flight, this.index, run)
    return run
  }

  /** Forgets the call, which has ended. */
  protected end(flight: Flight): void {
    this.#runOf(flight)?.end()
    keepFrame(flight, this.index, undefined)
  }

  /** Waits for a further attempt, or ends the call when there is none. */
  protected tryAgain(flight: Flight, failure: Failure): unknown {
    const run = this.#runOf(flight) ?? this.begin(flight)
    let waitMs: number | undefined
    try {
      waitMs = this.plan.waitMs(run, failure, flight)
    } catch (error) {
      return this.endWithError(flight, failure, error)
    }
    if (waitMs === undefined) return this.#giveUp(flight, run, failure)
    this.plan.publish(run, failure, waitMs)
    this.#discard(failure)
    return this.#wait(flight, run, waitMs)
  }

  /** Ends the call with another error than the failure. */
  protected endWithError(flight: Flight, failure: Failure, error: unknown): unknown {
    this.#discard(failure)
    this.end(flight)
    return this.outerOnFailure.failed(flight, error)
  }

  #wait(flight: Flight, run: RetryRun, waitMs: number): unknown {
    const { options, runtime } = this.plan
    const goOn = (): void => {
      run.next(options.budget?.giveUps ?? 0)
      // What is inside begins anew, and remembers nothing of an attempt that has ended.
      clearFrames(flight, this.index + 1, flight.line.stages.length)
      flight.retry(this)
    }
    run.wait(runtime.clock.schedule(waitMs, goOn, { keepsAlive: true }))
    return flight.park(this)
  }

  #giveUp(flight: Flight, run: RetryRun, failure: Failure): unknown {
    this.plan.giveUp(run, failure)
    if (!failure.isResult) return this.endWithError(flight, failure, failure.error)
    if (this.plan.options.refusedResult === 'throw') {
      return this.endWithError(flight, failure, this.plan.resultRefused(run))
    }
    this.end(flight)
    return this.outerOnSuccess.succeeded(flight, failure.result)
  }

  #discard(failure: Failure): void {
    if (failure.isResult) discardResult(failure.result, this.plan.options.discard)
  }

  #runOf(flight: Flight): RetryRun | undefined {
    return frameOf(flight, this.index) as RetryRun | undefined
  }
}

/**
 * The same with an eye on the beginning and on successes: for a total duration, a budget, results, and own delays.
 */
export class WatchfulRetryStage extends RetryStage {
  override enter(flight: Flight): unknown {
    this.begin(flight)
    return this.inner.enter(flight)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    const { retryIfResult, budget } = this.plan.options
    if (retryIfResult !== undefined) {
      let isRefused: boolean
      try {
        isRefused = retryIfResult(value, flight)
      } catch (error) {
        return this.endWithError(flight, { isResult: true, result: value }, error)
      }
      if (isRefused) return this.tryAgain(flight, { isResult: true, result: value })
    }
    budget?.deposit()
    this.end(flight)
    return this.outerOnSuccess.succeeded(flight, value)
  }
}

/** The stage for a retry: the first does nothing for a call that succeeds. */
export function retryStage(plan: RetryPlan): RetryStage {
  const { maxDuration, budget, retryIfResult } = plan.options
  const isWatchful =
    maxDuration !== undefined || budget !== undefined || retryIfResult !== undefined || plan.backoff.mustEnd
  return isWatchful ? new WatchfulRetryStage(plan) : new RetryStage(plan)
}
