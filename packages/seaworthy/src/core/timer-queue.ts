import type { ScheduleOptions, Timer } from './clock.ts'

/** One wait for the earliest entry; arming it again replaces the wait before. */
export interface Alarm {
  /** Calls `ring` in `delayMs`, or somewhat later. */
  set(delayMs: number): void
  /** Whether the process lives until it rings. At first not. */
  keepAlive(keepsAlive: boolean): void
}

/**
 * Many timers on one alarm: a binary heap by due time in which every entry knows its place, so that a cancelled one
 * leaves at once and nothing accumulates. The alarm stays set when the last one leaves: to ring for nothing once costs
 * less than an alarm for each timer that comes and goes. Entries due at the same time run in the order in which they came.
 * The alarm keeps the process alive while there are entries that are to.
 */
export class TimerQueue {
  readonly #now: () => number
  readonly #alarm: Alarm
  readonly #heap: QueuedTimer[] = []
  #order = 0
  #armedFor = Infinity
  /** Entries that keep the process alive, and holds. */
  #keeping = 0
  #isKept = false
  #isRinging = false

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

  schedule(delayMs: number, callback: () => void, { keepsAlive = false }: ScheduleOptions = {}): Timer {
    const timer = new QueuedTimer(this, {
      dueAtMs: this.#now() + Math.max(0, delayMs),
      order: this.#order++,
      callback,
      keepsAlive,
    })
    if (keepsAlive) this.hold()
    this.#heap.push(timer)
    this.#rise(timer, this.#heap.length - 1)
    this.#arm()
    return timer
  }

  /** Keeps the process alive until {@link release} while a timer waits: for who waits for one that does not. */
  hold(): void {
    this.#keeping++
    this.#settleKept()
  }

  release(): void {
    this.#keeping--
    this.#settleKept()
  }

  /** For its timers: takes one out. */
  remove(timer: QueuedTimer): void {
    const { place } = timer
    if (place < 0) return
    const last = this.#heap.pop()
    timer.place = -1
    if (timer.keepsAlive) this.release()
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
    this.#isRinging = true
    try {
      for (let due = this.#heap[0]; due !== undefined; due = this.#heap[0]) {
        if (due.dueAtMs > nowMs || due.order >= orderMax) break
        this.remove(due)
        due.callback()
      }
    } finally {
      // A callback that throws is the process's to report; the timers after it still run.
      this.#isRinging = false
      this.#settleKept()
      this.#arm()
    }
  }

  /** Tells the alarm, but not in the midst of a ring: a timer that runs is often followed by another. */
  #settleKept(): void {
    const isKept = this.#keeping > 0
    if (isKept === this.#isKept || this.#isRinging) return
    this.#isKept = isKept
    this.#alarm.keepAlive(isKept)
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
  readonly keepsAlive: boolean
}

/** One timer of a queue. */
class QueuedTimer implements Timer, Due {
  readonly dueAtMs: number
  readonly order: number
  readonly callback: () => void
  readonly keepsAlive: boolean
  /** Where it is in the heap; -1 when it is not. */
  place = -1
  readonly #queue: TimerQueue

  constructor(queue: TimerQueue, { dueAtMs, order, callback, keepsAlive }: Due) {
    this.#queue = queue
    this.dueAtMs = dueAtMs
    this.order = order
    this.callback = callback
    this.keepsAlive = keepsAlive
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
