import type { Clock } from './clock.ts'

/**
 * A clock that is cheap to read, because it may lag: reading the machine's clock costs about as much as half an `await`.
 * Use it where a few milliseconds do not matter: which bucket of a window is the present one, how old a value is.
 */
export interface CoarseClock {
  /** Milliseconds on the monotonic clock that it copies; never ahead of it and never going back. */
  now(): number
  /** Milliseconds since 1970-01-01T00:00:00Z, as coarse. */
  wallTime(): number
  /**
   * The present time where it is known exactly, else NaN; then {@link onRefresh} tells a time that is not earlier. Who
   * must not count from too early a moment uses the two together.
   */
  stamp(): number
  /** Calls back once, with the exact time, when the clock is next read. Only meant for after a `stamp()` of NaN. */
  onRefresh(callback: (nowMs: number) => void): void
}

/** The coarse side of a clock; a clock that has none is read exactly. */
export function coarseClockOf(clock: Clock): CoarseClock {
  return clock.coarse ?? new ExactClock(clock)
}

/** How often the copy is renewed while it is in use. */
const tickMs = 5
/** Reads within one tick from which on a copy pays: below, each read is exact and no timer runs. */
const busyReads = 32
/** Reads of one copy before the clock is read again, for work that never lets timers run. */
const copyReadsMax = 256

/**
 * Reads the clock itself while reads are few, and a copy that is renewed every {@link tickMs} while they are many. The
 * lag is a tick, or as long as the event loop is held up, at most {@link copyReadsMax} reads.
 */
export class TickingClock implements CoarseClock {
  readonly #clock: Clock
  readonly #tick = (): void => this.#onTick()
  #isTicking = false
  #copyMs = -Infinity
  #wallOffsetMs = 0
  #copyReads = 0
  #readsInTick = 0
  #tickEndsAtMs = -Infinity
  #waiting: ((nowMs: number) => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    if (this.#isTicking && ++this.#copyReads < copyReadsMax) return this.#copyMs
    return this.#read()
  }

  wallTime(): number {
    if (this.#isTicking && ++this.#copyReads < copyReadsMax) return this.#copyMs + this.#wallOffsetMs
    return this.#clock.wallTime()
  }

  stamp(): number {
    if (this.#isTicking && ++this.#copyReads < copyReadsMax) return Number.NaN
    return this.#read()
  }

  onRefresh(callback: (nowMs: number) => void): void {
    this.#waiting.push(callback)
  }

  #read(): number {
    const nowMs = this.#clock.now()
    this.#readsInTick += this.#copyReads + 1
    if (this.#isTicking) this.#renew(nowMs)
    else if (nowMs >= this.#tickEndsAtMs) {
      this.#tickEndsAtMs = nowMs + tickMs
      this.#readsInTick = 1
    } else if (this.#readsInTick >= busyReads) {
      this.#isTicking = true
      this.#renew(nowMs)
      this.#clock.schedule(tickMs, this.#tick)
    }
    return nowMs
  }

  #onTick(): void {
    const nowMs = this.#clock.now()
    const reads = this.#readsInTick + this.#copyReads
    this.#renew(nowMs)
    this.#readsInTick = 0
    if (reads >= busyReads) this.#clock.schedule(tickMs, this.#tick)
    else this.#isTicking = false
  }

  #renew(nowMs: number): void {
    this.#copyMs = nowMs
    this.#copyReads = 0
    this.#wallOffsetMs = this.#clock.wallTime() - nowMs
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const callback of waiting) callback(nowMs)
  }
}

/** Every read is exact. */
class ExactClock implements CoarseClock {
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  wallTime(): number {
    return this.#clock.wallTime()
  }

  stamp(): number {
    return this.#clock.now()
  }

  onRefresh(callback: (nowMs: number) => void): void {
    callback(this.#clock.now())
  }
}
