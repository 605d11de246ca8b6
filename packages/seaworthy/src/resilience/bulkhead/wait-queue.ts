import { Chain } from './chain.ts'
import { FairLanes, Place, type WaitOrder } from './fair-lanes.ts'
import { priorityMax } from './priority.ts'

/** How something waits. */
export interface Waiting {
  /** From 0 to 9; higher is served first. */
  readonly priority: number
  /** Keys of one priority are served in turn; those without a key share one. */
  readonly key?: string | undefined
  /** The present, in milliseconds on a clock that does not go back. */
  readonly nowMs: number
}

/**
 * Who waits for something scarce: by priority, in turn among the keys of one priority, and within a key first or last
 * come first served. It holds `capacity`; beyond that, of the lowest priority and its longest lane goes the one who would
 * be served last. So without keys a newcomer gives way among its equals (first come first served) or the oldest does
 * (last come first served), a higher priority pushes out a lower one, and a key that fills the queue gives way to others.
 *
 * Every operation takes constant time. The queue has no clock, no timer and no opinion of what it holds.
 */
export class WaitQueue<T> {
  /** May be changed while there are waiters: {@link drop} then tells who is too many. */
  capacity: number
  /** May be changed while there are waiters. */
  order: WaitOrder
  readonly #levels: readonly FairLanes<T>[] = Array.from(
    { length: priorityMax + 1 },
    () => new FairLanes<T>(),
  )
  readonly #ages = new Chain<Place<T>>()
  /** A bit for each priority at which somebody waits. */
  #occupied = 0
  #size = 0

  constructor(capacity: number, order: WaitOrder) {
    this.capacity = capacity
    this.order = order
  }

  get size(): number {
    return this.#size
  }

  /** Who has waited longest, whatever its turn. */
  get oldest(): Place<T> | undefined {
    return this.#ages.first?.item
  }

  /** Adds a waiter, also to a full queue: ask {@link drop} next. */
  add(value: T, { priority, key, nowMs }: Waiting): Place<T> {
    const place = new Place(value, priority, nowMs)
    this.#level(priority).add(place, key)
    this.#ages.append(place.byAge)
    this.#occupied |= 1 << priority
    this.#size++
    return place
  }

  /** Takes out who is next. */
  take(): Place<T> | undefined {
    const place = this.#occupied === 0 ? undefined : this.#level(this.#highest).take(this.order)
    if (place !== undefined) this.#left(place)
    return place
  }

  /** Takes out who is too many; undefined while the queue keeps its capacity. */
  drop(): Place<T> | undefined {
    const place = this.#size <= this.capacity ? undefined : this.#level(this.#lowest).drop(this.order)
    if (place !== undefined) this.#left(place)
    return place
  }

  /** Takes a waiter out wherever it stands. False when it does not wait any more. */
  remove(place: Place<T>): boolean {
    if (!this.#level(place.priority).remove(place)) return false
    this.#left(place)
    return true
  }

  get #highest(): number {
    return 31 - Math.clz32(this.#occupied)
  }

  get #lowest(): number {
    return 31 - Math.clz32(this.#occupied & -this.#occupied)
  }

  #level(priority: number): FairLanes<T> {
    return this.#levels[priority] as FairLanes<T>
  }

  #left(place: Place<T>): void {
    this.#ages.remove(place.byAge)
    if (this.#level(place.priority).isEmpty) this.#occupied &= ~(1 << place.priority)
    this.#size--
  }
}
