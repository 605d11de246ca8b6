import type { Outcome } from 'seaworthy/core'
import type { BreakerCore } from './breaker-core.ts'
import { generationOf, type Ticket } from './ticket.ts'

/** The right to make one call. It is given back once; later results of it change nothing. */
export interface Permit extends Disposable {
  /** The state of the breaker that it belongs to. Below 0 when its result counts in none. */
  readonly generation: number
  /** When it was taken, in milliseconds on the breaker's clock; exact where calls are timed. */
  readonly startedAt: number
  /** Gives it back with the outcome of the call. */
  record(outcome: Outcome): void
  /** Gives it back after a call that went well, judged by `slowCallAfter` and `classifyResult` like any other. */
  succeeded(value?: unknown): void
  /** Gives it back after a call that failed, judged by `classify`. */
  failed(error: unknown): void
  /** Gives it back without an outcome, as when the call was never made. */
  release(): void
}

/** A permit that its holder gives back. */
export class BreakerPermit implements Permit {
  readonly startedAt: number
  readonly #breaker: BreakerCore
  readonly #ticket: Ticket
  #isOver = false

  constructor(breaker: BreakerCore, ticket: Ticket) {
    this.#breaker = breaker
    this.#ticket = ticket
    this.startedAt = typeof ticket === 'number' ? breaker.plan.coarse.now() : ticket.startedAt
  }

  get generation(): number {
    return generationOf(this.#ticket)
  }

  record(outcome: Outcome): void {
    if (this.#ends()) this.#breaker.settle(this.#ticket, outcome)
  }

  succeeded(value?: unknown): void {
    if (this.#ends()) this.#breaker.succeeded(this.#ticket, value)
  }

  failed(error: unknown): void {
    if (this.#ends()) this.#breaker.failed(this.#ticket, error)
  }

  release(): void {
    this.record('ignored')
  }

  [Symbol.dispose](): void {
    this.release()
  }

  #ends(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    return true
  }
}
