import type { Clock, CoarseClock, Moment, Timer } from 'seaworthy/core'

interface Due {
  readonly atMs: number
  readonly callback: () => void
}

/** A clock for tests whose coarse side is a copy or not as the test likes, and whose timers can be held up. */
export class SwitchedClock implements Clock {
  readonly coarse = new SwitchedCoarse(() => this.#nowMs)
  #nowMs = 0
  #timers: Due[] = []
  #scheduled = 0

  now(): number {
    return this.#nowMs
  }

  wallTime(): number {
    return this.#nowMs
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length
  }

  /** Timers that were ever made. */
  get scheduled(): number {
    return this.#scheduled
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), callback }
    this.#timers.push(timer)
    this.#scheduled++
    const cancel = (): void => {
      this.#timers = this.#timers.filter((each) => each !== timer)
    }
    return { cancel, [Symbol.dispose]: cancel }
  }

  /** Time goes on while timers have to wait. */
  hold(ms: number): void {
    this.#nowMs += ms
  }

  /** Time goes on, and each timer runs at its time. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms
    for (let due = this.#next(endMs); due !== undefined; due = this.#next(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      const { callback } = due
      this.#timers = this.#timers.filter((each) => each !== due)
      callback()
    }
    this.#nowMs = endMs
  }

  #next(endMs: number): Due | undefined {
    const [first] = this.#timers.toSorted((one, other) => one.atMs - other.atMs)
    return first !== undefined && first.atMs <= endMs ? first : undefined
  }
}

/** The coarse side of a clock, renewed when told to. */
export class SwitchedCoarse implements CoarseClock {
  isCopy = false
  moment: Moment = { nowMs: 0, wallMs: 0 }
  /** Reads that it was told of. */
  counted = 0
  readonly #exact: () => number
  #waiting: ((nowMs: number) => void)[] = []

  constructor(exact: () => number) {
    this.#exact = exact
  }

  now(): number {
    return this.isCopy ? this.moment.nowMs : this.#exact()
  }

  wallTime(): number {
    return this.now()
  }

  onRenewal(callback: (nowMs: number) => void): void {
    this.#waiting.push(callback)
  }

  countReads(reads: number): void {
    this.counted += reads
  }

  /** How many wait for a renewal. */
  get awaited(): number {
    return this.#waiting.length
  }

  renew(): void {
    const nowMs = this.#exact()
    this.moment = { nowMs, wallMs: nowMs }
    const waiting = this.#waiting
    this.#waiting = []
    for (const callback of waiting) callback(nowMs)
  }

  /** Reads have become many. */
  begin(): void {
    this.isCopy = true
    this.renew()
  }

  /** Reads have become few. */
  end(): void {
    this.renew()
    this.isCopy = false
  }
}
