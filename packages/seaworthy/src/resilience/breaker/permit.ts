import type { Outcome } from 'seaworthy/core'

/** The right to make one call. It is given back once; later results of it change nothing. */
export interface Permit extends Disposable {
  /** The state of the breaker that it belongs to. */
  readonly generation: number
  /** When it was taken, in milliseconds on the breaker's clock. */
  readonly startedAt: number
  /** Gives it back with the outcome of the call. */
  record(outcome: Outcome): void
  /** Gives it back without an outcome, as when the call was never made. */
  release(): void
}

/** The breaker, as those see it that it let in. */
export interface OutcomeJudge {
  /** The state that it is in. */
  readonly generation: number
  settle(permit: { readonly generation: number; readonly startedAt: number }, outcome: Outcome): void
  successOf(startedAt: number): Outcome
  failureOf(error: unknown): Outcome
}

/** A permit that its holder gives back. */
export class BreakerPermit implements Permit {
  readonly generation: number
  readonly startedAt: number
  readonly #breaker: OutcomeJudge
  #isOver = false

  constructor(breaker: OutcomeJudge, startedAt: number) {
    this.#breaker = breaker
    this.generation = breaker.generation
    this.startedAt = startedAt
  }

  record(outcome: Outcome): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#breaker.settle(this, outcome)
  }

  release(): void {
    this.record('ignored')
  }

  [Symbol.dispose](): void {
    this.release()
  }
}
