import { isolate } from './channel.ts'
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
  /** Whether reads are answered from a copy at present, so that they may lag. Otherwise each is exact. */
  readonly isCopy: boolean
  /**
   * The copy, another object each time it is renewed: who only wants to know whether time has gone on compares objects,
   * which costs less than reading a number. Only meant for while `isCopy`.
   */
  readonly moment: Moment
  /** Calls back once, with the exact time, when the copy is next renewed. Only meant for while there is one. */
  onRenewal(callback: (nowMs: number) => void): void
  /** Tells of reads that were left out because the copy would have lagged: the copy is kept while reads are many. */
  countReads(reads: number): void
}

/** One reading of a clock. */
export interface Moment {
  /** Milliseconds on the monotonic clock. */
  readonly nowMs: number
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly wallMs: number
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
  isCopy = false
  moment: Moment = Object.freeze({ nowMs: -Infinity, wallMs: 0 })
  #copyReads = 0
  #readsInTick = 0
  #tickEndsAtMs = -Infinity
  #waiting: ((nowMs: number) => void)[] = []
  readonly #onAwaited: (isAwaited: boolean) => void
  #isAwaited = false

  /**
   * @param onAwaited is told when somebody begins to wait for a renewal, and at the first tick at which nobody does: the
   *   ticks themselves do not keep the process alive
   */
  constructor(clock: Clock, onAwaited: (isAwaited: boolean) => void = ignore) {
    this.#clock = clock
    this.#onAwaited = onAwaited
  }

  now(): number {
    if (this.isCopy && ++this.#copyReads < copyReadsMax) return this.moment.nowMs
    return this.#read()
  }

  wallTime(): number {
    if (this.isCopy && ++this.#copyReads < copyReadsMax) return this.moment.wallMs
    return this.#clock.wallTime()
  }

  onRenewal(callback: (nowMs: number) => void): void {
    this.#waiting.push(callback)
    this.#setAwaited(true)
  }

  countReads(reads: number): void {
    this.#readsInTick += reads
  }

  #read(): number {
    const nowMs = this.#clock.now()
    this.#readsInTick += this.#copyReads + 1
    if (this.isCopy) this.#renew(nowMs)
    else if (nowMs >= this.#tickEndsAtMs) {
      this.#tickEndsAtMs = nowMs + tickMs
      this.#readsInTick = 1
    } else if (this.#readsInTick >= busyReads) {
      this.isCopy = true
      this.#renew(nowMs)
      this.#clock.schedule(tickMs, this.#tick)
    }
    return nowMs
  }

  #onTick(): void {
    this.#readsInTick += this.#copyReads
    this.#renew(this.#clock.now())
    this.#setAwaited(this.#waiting.length > 0)
    const reads = this.#readsInTick
    this.#readsInTick = 0
    // Who began to wait in the renewal itself saw a copy, and is owed one more.
    if (reads >= busyReads || this.#waiting.length > 0) this.#clock.schedule(tickMs, this.#tick)
    else this.isCopy = false
  }

  #setAwaited(isAwaited: boolean): void {
    if (isAwaited === this.#isAwaited) return
    this.#isAwaited = isAwaited
    this.#onAwaited(isAwaited)
  }

  #renew(nowMs: number): void {
    this.moment = Object.freeze({ nowMs, wallMs: this.#clock.wallTime() })
    this.#copyReads = 0
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const callback of waiting) isolate(() => callback(nowMs))
  }
}

/** Every read is exact. */
class ExactClock implements CoarseClock {
  readonly isCopy = false
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get moment(): Moment {
    return { nowMs: this.#clock.now(), wallMs: this.#clock.wallTime() }
  }

  now(): number {
    return this.#clock.now()
  }

  wallTime(): number {
    return this.#clock.wallTime()
  }

  onRenewal(callback: (nowMs: number) => void): void {
    callback(this.#clock.now())
  }

  countReads(): void {}
}

function ignore(): void {}
