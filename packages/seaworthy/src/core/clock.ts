import type { CoarseClock } from './coarse-clock.ts'

/**
 * Time as a thing that is handed in. Durations are measured on the monotonic clock; the wall clock is only for what
 * people and other machines read.
 */

/** A scheduled callback. Cancelling it twice, or after it ran, does nothing. */
export interface Timer extends Disposable {
  cancel(): void
}

export interface ScheduleOptions {
  /**
   * Whether the process lives until the callback has run or the timer is cancelled: for what a caller waits for. Default
   * false: for background work, which ends with the process.
   */
  readonly keepsAlive?: boolean
}

export interface Clock {
  /** Milliseconds on a clock that never goes back. Its zero means nothing. */
  now(): number
  /** Milliseconds since 1970-01-01T00:00:00Z. May jump. */
  wallTime(): number
  /**
   * Runs a callback once, `delayMs` from now (below 0 counts as 0; longer than a platform timer can be is waited for
   * in pieces). The timer does not keep the process alive unless it is told to.
   */
  schedule(delayMs: number, callback: () => void, options?: ScheduleOptions): Timer
  /** A cheaper side of the same clock, if it has one; see `coarseClockOf`. */
  readonly coarse?: CoarseClock
}

/** What every part takes from outside instead of reaching for a global. */
export interface Runtime {
  readonly clock: Clock
  readonly random: Random
}

/** Numbers that look random. */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  next(): number
}
