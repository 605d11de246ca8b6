import type { CallOutcome } from '../engine/call-outcome.ts'
import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import { Stage, type Abandonment } from '../engine/stage.ts'
import { classifyAbort } from '../engine/classify-error.ts'
import type { BreakerCore } from './breaker-core.ts'
import type { Ticket } from './ticket.ts'

/** A breaker at its place in a pipeline. What it remembers of a call is the ticket. */
export class BreakerStage extends Stage {
  readonly #breaker: BreakerCore

  constructor(breaker: BreakerCore) {
    super()
    this.#breaker = breaker
  }

  override enter(flight: Flight): unknown {
    const ticket = this.#breaker.admit()
    if (ticket === undefined) return this.outerOnFailure.failed(flight, this.#breaker.refusal())
    keepFrame(flight, this.index, ticket)
    return this.inner.enter(flight)
  }

  override refusedAtOnce(): Promise<CallOutcome<never>> | undefined {
    const breaker = this.#breaker
    return breaker.standing?.tell() ?? breaker.stand()?.tell()
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    this.#breaker.succeeded(frameOf(flight, this.index) as Ticket, value)
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.#breaker.failed(frameOf(flight, this.index) as Ticket, error)
    return this.outerOnFailure.failed(flight, error)
  }

  /** A timeout that was over while the work ran says that it is too slow; any other end, also by the caller, says nothing. */
  override abandoned(flight: Flight, { reason, hasBegun }: Abandonment): void {
    const outcome = hasBegun ? classifyAbort(reason, flight.options.signal) : 'ignored'
    this.#breaker.settle(frameOf(flight, this.index) as Ticket, outcome)
  }
}
