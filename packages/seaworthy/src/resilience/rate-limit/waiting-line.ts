import type { Timer } from 'seaworthy/core'
import { Chain } from '../bulkhead/chain.ts'
import type { Meter } from './meter.ts'
import type { Waiter } from './waiter.ts'

/**
 * Who waits for units of one key, first come, first served: nobody passes a caller in front that asks for more. Only the
 * first has a timer. What the meter will be once all have started is kept beside it, so that a newcomer can be told when
 * its turn comes without looking at each.
 */
export class WaitingLine {
  readonly slot: number
  /** What the first one waits for. */
  timer: Timer | undefined
  /** Set while callers are let go, whose code may come back here. */
  isMoving = false
  readonly #waiters = new Chain<Waiter>()
  #size = 0
  /** The meter after all who wait; undefined when it is no longer known. */
  #projection: Meter | undefined

  constructor(slot: number) {
    this.slot = slot
  }

  get size(): number {
    return this.#size
  }

  get first(): Waiter | undefined {
    return this.#waiters.first?.item
  }

  /** The meter after all who wait, to ask and to take from for a newcomer. */
  projection(meter: Meter, unitsOf: (waiter: Waiter) => number, nowMs: number): Meter {
    if (this.#projection !== undefined) return this.#projection
    const projection = meter.fork(this.slot)
    for (let link = this.#waiters.first; link !== undefined; link = link.after) {
      const units = unitsOf(link.item)
      projection.take(0, units, link.item.promisedMs ?? projection.startMs(0, units, nowMs))
    }
    this.#projection = projection
    return projection
  }

  /** To be told when something else than the passing of time has changed who starts when. */
  forgetProjection(): void {
    this.#projection = undefined
  }

  /** Adds one whose units are already taken from the projection, if there is one. */
  append(waiter: Waiter): void {
    this.#waiters.append(waiter.place)
    waiter.line = this
    this.#size++
  }

  /** Takes one out, wherever it stands. */
  remove(waiter: Waiter): void {
    this.#waiters.remove(waiter.place)
    waiter.line = undefined
    this.#size--
  }
}
