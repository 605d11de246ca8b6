import type { Flight } from '../engine/flight.ts'
import { frameOf, keepFrame } from '../engine/frames.ts'
import { Stage, type Abandonment } from '../engine/stage.ts'
import { priorityOf } from './priority.ts'
import type { SlotPlace, SlotPool, SlotRefusal, SlotWaiter } from './slot-pool.ts'

/** What a stage needs of the policy whose slots it takes. */
export interface SlotKeeper {
  readonly pool: SlotPool
  /** The error for a call that gets no slot, which is counted and published. */
  refuse(reason: SlotRefusal): unknown
  /** Notes one slot more or less that is kept by work which goes on after it was given up. */
  countAbandoned(change: 1 | -1): void
}

/**
 * Lets a call in with a slot, which it keeps until its work has really ended. What it remembers of a call is how much of
 * its work had been given up before, as a number; while the call waits, its waiter.
 */
export class SlotStage extends Stage {
  protected readonly keeper: SlotKeeper
  readonly #pool: SlotPool

  constructor(keeper: SlotKeeper) {
    super()
    this.keeper = keeper
    this.#pool = keeper.pool
  }

  override enter(flight: Flight): unknown {
    if (!this.#pool.tryTake()) return this.#wait(flight)
    this.took(flight)
    return this.inner.enter(flight)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    this.giveBack(flight, frameOf(flight, this.index) as number)
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.giveBack(flight, frameOf(flight, this.index) as number)
    return this.outerOnFailure.failed(flight, error)
  }

  override abandoned(flight: Flight, end: Abandonment): void {
    const frame = frameOf(flight, this.index)
    if (frame instanceof FlightWaiter) this.#pool.leave(frame.place)
    else this.dropped(flight, end)
  }

  /** For its waiters: the call has a slot now. */
  admit(flight: Flight): void {
    this.took(flight)
    flight.resume(this)
  }

  /** For its waiters: the call gets no slot. */
  refuse(flight: Flight, reason: SlotRefusal): void {
    flight.fail(this, this.keeper.refuse(reason))
  }

  /** A call has taken a slot. */
  protected took(flight: Flight): void {
    keepFrame(flight, this.index, flight.strayCount)
  }

  /** A call that had a slot was ended from outside. */
  protected dropped(flight: Flight, _end: Abandonment): void {
    this.giveBack(flight, frameOf(flight, this.index) as number)
  }

  /** Gives the slot back when all work that was given up since has ended: mostly at once. */
  protected giveBack(flight: Flight, since: number): void {
    if (flight.strayCount === since) return this.#pool.release()
    this.keeper.countAbandoned(1)
    flight.whenStraysEnded(since, () => {
      this.keeper.countAbandoned(-1)
      this.#pool.release()
    })
  }

  #wait(flight: Flight): unknown {
    const { key, priority } = flight.order.options
    const waiter = new FlightWaiter(flight, this)
    if (this.#pool.enqueue(waiter, priorityOf(priority), key)) return waiter.result
    return this.outerOnFailure.failed(flight, this.keeper.refuse('full'))
  }
}

/** A call that waits for a slot. */
class FlightWaiter implements SlotWaiter {
  place!: SlotPlace
  /** What the stage answers with. */
  result: unknown
  readonly #flight: Flight
  readonly #stage: SlotStage

  constructor(flight: Flight, stage: SlotStage) {
    this.#flight = flight
    this.#stage = stage
  }

  wait(place: SlotPlace): void {
    this.place = place
    keepFrame(this.#flight, this.#stage.index, this)
    this.result = this.#flight.park(this.#stage)
  }

  admit(): void {
    this.#stage.admit(this.#flight)
  }

  refuse(reason: SlotRefusal): void {
    this.#stage.refuse(this.#flight, reason)
  }
}
