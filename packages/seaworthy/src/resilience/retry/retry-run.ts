import { isolate, type Timer } from 'seaworthy/core'
import type { DelayRun } from './backoff.ts'

/** What a retry remembers of one call. */
export class RetryRun {
  /** The attempts made so far, as this retry counts them. */
  attempt = 1
  /** The delay before the last of them. */
  previousMs = 0
  /** When the time that the retry itself gives the call is over. */
  readonly endsAtMs: number
  /** How often the budget had been told of a give-up when the last attempt began. */
  giveUps: number
  #delays: DelayRun | undefined
  #timer: Timer | undefined

  constructor(start: { readonly endsAtMs: number; readonly giveUps: number }) {
    this.endsAtMs = start.endsAtMs
    this.giveUps = start.giveUps
  }

  /** The delays of this call; `begin` makes them. */
  delays(begin: () => DelayRun): DelayRun {
    return (this.#delays ??= begin())
  }

  /** Begins the wait for the next attempt. */
  wait(timer: Timer): void {
    this.#timer = timer
  }

  /** Ends the wait before its time. False when there was none. */
  cancelWait(): boolean {
    if (this.#timer === undefined) return false
    this.#timer.cancel()
    this.#timer = undefined
    return true
  }

  /** The next attempt begins. */
  next(giveUps: number): void {
    this.#timer = undefined
    this.attempt++
    this.giveUps = giveUps
  }

  /** The call needs no further delays. */
  end(): void {
    const delays = this.#delays
    if (delays === undefined) return
    this.#delays = undefined
    isolate(() => delays.end())
  }
}
