import type { Timer } from './clock.ts'

/** One wait for the earliest entry; arming it again replaces the wait before. */
export interface Alarm {
  /** Calls `ring` in `delayMs`, or somewhat later. */
  set(delayMs: number): void
}

/**
 * Many timers on one alarm: a binary heap by due time in which every entry knows its place, so that a cancelled one
 * leaves at once and nothing accumulates. The alarm stays set when the last one leaves: to ring for nothing once costs
 * less than an alarm for each timer that comes and goes. Entries due at the same time run in the order in which they came.
 */
export class TimerQueue {
  readonly #now: () => number
  readonly #alarm: Alarm
  readonly #heap: QueuedTimer[] = []
  #order = 0
  #armedFor = Infinity

  /**
   * @param now milliseconds on a monotonic clock
   * @param createAlarm makes the alarm that the queue waits with
   */
  constructor(now: () => number, createAlarm: (ring: () => void) => Alarm) {
    this.#now = now
    this.#alarm = createAlarm(() => this.#ring())
  }

  get size(): number {
    return this.#heap.length
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = new QueuedTimer(this, {
      dueAtMs: this.#now() + Math.max(0, delayMs),
      order: this.#order++,
      callback,
    })
    this.#heap.push(timer)
    this.#rise(timer, this.#heap.length - 1)
    this.#arm()
    return timer
  }

  /** For its timers: takes one out. */
  remove(timer: QueuedTimer): void {
    const { place } = timer
    if (place < 0) return
    const last = this.#heap.pop()
    timer.place = -1
    if (last !== undefined && last !== timer) {
      this.#rise(last, place)
      this.#sink(last, last.place)
    }
  }

  #ring(): void {
    this.#armedFor = Infinity
    const nowMs = this.#now()
    // What a callback schedules for now waits for the next ring, so that one ring always ends.
    const orderMax = this.#order
    try {
      for (let due = this.#heap[0]; due !== undefined; due = this.#heap[0]) {
        if (due.dueAtMs > nowMs || due.order >= orderMax) break
        this.remove(due)
        due.callback()
      }
    } finally {
      // A callback that throws is the process's to report; the timers after it still run.
      this.#arm()
    }
  }

  #arm(): void {
    const earliest = this.#heap[0]
    if (earliest === undefined || earliest.dueAtMs >= this.#armedFor) return
    this.#armedFor = earliest.dueAtMs
    this.#alarm.set(Math.max(0, earliest.dueAtMs - this.#now()))
  }

  #rise(timer: QueuedTimer, from: number): void {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || !isBefore(timer, parent)) break
      this.#put(parent, place)
      place = above
    }
    this.#put(timer, place)
  }

  #sink(timer: QueuedTimer, from: number): void {
    let place = from
    for (;;) {
      const child = this.#earlierChild(place)
      if (child === undefined || !isBefore(child, timer)) break
      const below = child.place
      this.#put(child, place)
      place = below
    }
    this.#put(timer, place)
  }

  #earlierChild(place: number): QueuedTimer | undefined {
    const left = this.#heap[2 * place + 1]
    const right = this.#heap[2 * place + 2]
    if (left === undefined || right === undefined) return left
    return isBefore(right, left) ? right : left
  }

  #put(timer: QueuedTimer, place: number): void {
    this.#heap[place] = timer
    timer.place = place
  }
}

/** What is due, and when. */
interface Due {
  readonly dueAtMs: number
  /** Which came first, of those due at the same time. */
  readonly order: number
  readonly callback: () => void
}

/** One timer of a queue. */
class QueuedTimer implements Timer, Due {
  readonly dueAtMs: number
  readonly order: number
  readonly callback: () => void
  /** Where it is in the heap; -1 when it is not. */
  place = -1
  readonly #queue: TimerQueue

  constructor(queue: TimerQueue, { dueAtMs, order, callback }: Due) {
    this.#queue = queue
    this.dueAtMs = dueAtMs
    this.order = order
    this.callback = callback
  }

  cancel(): void {
    this.#queue.remove(this)
  }

  [Symbol.dispose](): void {
    this.cancel()
  }
}

function isBefore(one: QueuedTimer, other: QueuedTimer): boolean {
  return one.dueAtMs === other.dueAtMs ? one.order < other.order : one.dueAtMs < other.dueAtMs
}
