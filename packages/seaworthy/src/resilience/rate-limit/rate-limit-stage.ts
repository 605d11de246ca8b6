import { classifyError } from '../engine/classify-error.ts'
import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import { Stage, type Abandonment } from '../engine/stage.ts'
import type { Taken } from './meter.ts'
import { Waiter } from './waiter.ts'

/** What a stage needs of its rate limit. */
export interface StagedLimit {
  /** @throws SeaworthyError ERR_RATE_COST */
  tryTake(cost: number, key: string | undefined): Taken | undefined
  /** The error to refuse with; undefined when the caller waits now. */
  join(waiter: Waiter, key: string | undefined): unknown
  leave(waiter: Waiter): void
  giveBack(key: string | undefined, taken: Taken): void
  learn(error: unknown, key: string | undefined, sentAtMs: number): void
}

/** The place of a rate limit in a pipeline. Its slot of a call holds the waiter, then what was taken. */
export class RateLimitStage extends Stage {
  readonly #limit: StagedLimit

  constructor(limit: StagedLimit) {
    super()
    this.#limit = limit
  }

  override enter(flight: Flight): unknown {
    const { cost = 1, key } = flight.order.options
    let taken: Taken | undefined
    try {
      taken = this.#limit.tryTake(cost, key)
    } catch (error) {
      return this.outerOnFailure.failed(flight, error)
    }
    if (taken === undefined) return this.#wait(flight, cost)
    keepFrame(flight, this.index, new Admission(taken, flight))
    return this.inner.enter(flight)
  }

  override failed(flight: Flight, error: unknown): unknown {
    const admission = frameOf(flight, this.index) as Admission
    const { key } = flight.order.options
    // A policy inside refused, so that nothing went out; unless a retry inside had sent something before.
    if (classifyError(error) !== 'ignored') this.#limit.learn(error, key, admission.taken.startMs)
    else if (flight.attempt === admission.attempt || flight.begun === admission.begun) {
      this.#limit.giveBack(key, admission.taken)
    }
    return this.outerOnFailure.failed(flight, error)
  }

  override abandoned(flight: Flight, end: Abandonment): void {
    const frame = frameOf(flight, this.index) as Admission | FlightWaiter
    if (frame instanceof FlightWaiter) this.#limit.leave(frame)
    else if (!end.hasBegun && flight.begun === frame.begun) {
      this.#limit.giveBack(flight.order.options.key, frame.taken)
    }
  }

  /** For its waiters: the wait is over. */
  admit(flight: Flight, taken: Taken): void {
    keepFrame(flight, this.index, new Admission(taken, flight))
    flight.resume(this)
  }

  #wait(flight: Flight, cost: number): unknown {
    const waiter = new FlightWaiter(cost, flight, this)
    const refusal = this.#limit.join(waiter, flight.order.options.key)
    if (refusal !== undefined) return this.outerOnFailure.failed(flight, refusal)
    keepFrame(flight, this.index, waiter)
    return flight.park(this)
  }
}

/** What was taken for a call, and how far that was then. */
class Admission {
  readonly taken: Taken
  readonly attempt: number
  readonly begun: number

  constructor(taken: Taken, { attempt, begun }: Flight) {
    this.taken = taken
    this.attempt = attempt
    this.begun = begun
  }
}

/** A call that waits. */
class FlightWaiter extends Waiter {
  readonly #flight: Flight
  readonly #stage: RateLimitStage

  constructor(cost: number, flight: Flight, stage: RateLimitStage) {
    super(cost)
    this.#flight = flight
    this.#stage = stage
  }

  admit(taken: Taken): void {
    this.#stage.admit(this.#flight, taken)
  }

  refuse(error: unknown): void {
    this.#flight.fail(this.#stage, error)
  }
}
