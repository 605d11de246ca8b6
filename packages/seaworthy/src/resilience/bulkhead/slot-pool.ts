import type { Clock, Timer } from 'seaworthy/core'
import type { Place, WaitOrder } from './fair-lanes.ts'
import { WaitQueue } from './wait-queue.ts'

/** Why a slot was refused: all was full, somebody came who goes first, or the wait was too long. */
export type SlotRefusal = 'full' | 'displaced' | 'too-long'

/** Who waits for a slot. After `wait` exactly one of the others is called, once, unless it leaves before. None may throw. */
export interface SlotWaiter {
  /** It has a place in the queue now, which it may leave. */
  wait(place: SlotPlace): void
  /** The slot is its own from now on, to be given back with {@link SlotPool.release}. */
  admit(): void
  refuse(reason: SlotRefusal): void
}

/** A waiter's place in the queue of a pool. */
export type SlotPlace = Place<SlotWaiter>

export interface SlotPoolRules {
  /** Slots that may be taken at once. */
  readonly limit: number
  /** Waiters that there may be. */
  readonly queue: number
  readonly order: WaitOrder
  /** How long one may wait; undefined for any time. */
  readonly waitMaxMs: number | undefined
}

/**
 * A number of slots and a queue for them. Nobody waits while a slot is free: what becomes free is handed over in the same
 * step, so that no newcomer can come between. The fast path reads no clock and allocates nothing.
 */
export class SlotPool {
  /** Read it; change it by {@link setLimit}. */
  limit: number
  active = 0
  readonly #clock: Clock
  readonly #queue: WaitQueue<SlotWaiter>
  #waitMaxMs: number | undefined
  /** For who has waited longest; all wait equally long, so that one timer does for all. */
  #timer: Timer | undefined
  #isHandingOver = false
  /** Slots that became free while one was handed over. They count as active. */
  #freed = 0

  constructor(rules: SlotPoolRules, clock: Clock) {
    this.#clock = clock
    this.limit = rules.limit
    this.#queue = new WaitQueue(rules.queue, rules.order)
    this.#waitMaxMs = rules.waitMaxMs
  }

  get waiting(): number {
    return this.#queue.size
  }

  /** Takes a slot. False when none is free. */
  tryTake(): boolean {
    if (this.active >= this.limit) return false
    this.active++
    return true
  }

  /**
   * Waits for a slot, when {@link tryTake} gave none. False when there is no place in the queue; then the waiter is not
   * told. Another may lose its place to it.
   */
  enqueue(waiter: SlotWaiter, priority: number, key: string | undefined): boolean {
    if (this.#queue.capacity === 0) return false
    const place = this.#queue.add(waiter, { priority, key, nowMs: this.#clock.now() })
    const dropped = this.#queue.drop()
    if (dropped === place) return false
    if (this.#timer === undefined) this.#arm()
    // Before the other is refused, which may bring the newcomer its slot.
    waiter.wait(place)
    dropped?.value.refuse('displaced')
    return true
  }

  /** Gives up waiting. The waiter is told no more. False when it did not wait. */
  leave(place: SlotPlace): boolean {
    const isGone = this.#queue.remove(place)
    this.#disarmIfEmpty()
    return isGone
  }

  /** Gives a slot back: to the next waiter, if there is one. */
  release(): void {
    if (this.#queue.size === 0) this.active--
    else this.#handOver(1)
  }

  /** Changes how many slots there are. Slots taken beyond a lower limit stay taken until they are given back. */
  setLimit(limit: number): void {
    this.limit = limit
    const added = Math.min(this.#queue.size, limit - this.active)
    if (added <= 0) return
    // Taken before the first is handed over, so that none goes to a newcomer while waiters are admitted.
    this.active += added
    this.#handOver(added)
  }

  /** Changes the queue. Those that are too many, or have waited too long by the new rule, are refused. */
  setQueue({ queue, order, waitMaxMs }: Omit<SlotPoolRules, 'limit'>): void {
    this.#queue.capacity = queue
    this.#queue.order = order
    this.#waitMaxMs = waitMaxMs
    for (let place = this.#queue.drop(); place !== undefined; place = this.#queue.drop()) {
      place.value.refuse('full')
    }
    this.#expire()
  }

  #handOver(slots: number): void {
    this.#freed += slots
    // A waiter whose work ends at once gives its slot back in here: the loop takes it on, however many there are.
    if (this.#isHandingOver) return
    this.#isHandingOver = true
    try {
      while (this.#freed > 0) {
        this.#freed--
        const place = this.active > this.limit ? undefined : this.#queue.take()
        this.#disarmIfEmpty()
        if (place === undefined) this.active--
        else place.value.admit()
      }
    } finally {
      this.#isHandingOver = false
    }
  }

  /** Refuses those that have waited too long and waits for the next. */
  #expire(): void {
    const waitMaxMs = this.#waitMaxMs ?? Infinity
    const nowMs = this.#clock.now()
    for (let place = this.#queue.oldest; place !== undefined; place = this.#queue.oldest) {
      if (place.sinceMs + waitMaxMs > nowMs) break
      this.#queue.remove(place)
      place.value.refuse('too-long')
    }
    this.#timer?.cancel()
    this.#arm()
  }

  #arm(): void {
    const { oldest } = this.#queue
    this.#timer = undefined
    if (oldest === undefined || this.#waitMaxMs === undefined) return
    // In whole milliseconds, so that the timer never fires just before the time that it is for.
    const delayMs = Math.ceil(oldest.sinceMs + this.#waitMaxMs - this.#clock.now())
    this.#timer = this.#clock.schedule(delayMs, () => this.#expire(), { keepsAlive: true })
  }

  #disarmIfEmpty(): void {
    if (this.#queue.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
