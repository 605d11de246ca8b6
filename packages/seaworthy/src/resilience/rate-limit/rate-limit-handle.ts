import type { Policy } from '../engine/policy.ts'
import type { RateAlgorithm, RateLimitSettings } from './rate-limit-options.ts'

/** Units that were taken for a moment to come. */
export interface Reservation {
  /** Time until the units may be used; 0 for at once. */
  readonly waitMs: number
  /**
   * Gives the units back. What of them time has made available again anyway is not given back twice; doing it twice does
   * nothing.
   */
  cancel(): void
}

export interface RateLimitSnapshot {
  readonly name: string
  readonly algorithm: RateAlgorithm
  readonly limit: number
  readonly intervalMs: number
  /** Units that may start at once after a rest. */
  readonly burst: number
  /** Units that could start right now: of the key that was asked for, else of the calls without one. */
  readonly available: number
  readonly queue: number
  /** Callers who wait, of all keys. */
  readonly waiting: number
  /** Callers refused since the start. */
  readonly refused: number
  /** How many keys have a limit of their own at present. */
  readonly keys: number
  /** How long the server's wish for a pause still holds; 0 when there is none. */
  readonly pausedForMs: number
  /** The share of the limit that holds after refusals by the server; 1 without. */
  readonly share: number
}

/** Which limit, and until when. */
export interface AcquireOptions {
  readonly key?: string | undefined
  /** Its abort ends the wait at once, with its own reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A limit on how many units start in a time. As a policy it takes `cost` units of the call's `key` for each call that
 * enters; the methods are for those who cannot wrap a function.
 */
export interface RateLimit extends Policy {
  readonly kind: 'rate-limit'
  /** Takes units that start now. False when they cannot, or others wait. Default one unit. */
  tryAcquire(cost?: number, key?: string): boolean
  /** Takes units now or for the earliest moment behind all who wait, however far ahead that is. */
  reserve(cost?: number, key?: string): Reservation
  /**
   * Waits in line, first come, first served, and takes units that start now.
   *
   * @throws SeaworthyError ERR_RATE_EXCEEDED when the queue is full or the wait would be too long
   */
  acquire(cost?: number, options?: AcquireOptions): Promise<void>
  /**
   * Tells how a call failed, for those who do not use it as a policy: it slows down when the server refused the call.
   *
   * @param sentAtMs when the call was sent, on the clock of the limit; without it, a late answer to a call from before a
   * pause may begin another
   */
  learn(error: unknown, key?: string, sentAtMs?: number): void
  /** Changes settings at once; what was used stays used, and who waits gets units by the new ones. */
  reconfigure(settings: Partial<RateLimitSettings>): void
  snapshot(key?: string): RateLimitSnapshot
}
