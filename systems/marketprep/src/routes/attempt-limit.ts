import { createHash, randomBytes } from 'node:crypto'
import { httpError } from '@seaworthy/fastify'
import type { Clock } from 'seaworthy/core'
import { gcra } from 'seaworthy/resilience'

/** Attempts for one account in a minute, and how many of them may come at once: the `sign-in` policy of an address. */
const quota = 20
const burst = 10
const rate = { intervalMs: 60_000 / quota, burst }

/** Half a megabyte. Of a thousand accounts that sign in within a minute, 1 in 65 shares its place, and its quota. */
const places = 65_536

/**
 * Limits signing in to each account, wherever the attempts come from. Each account has a place in a table
 * of fixed size, found by a keyed hash, so that nobody can choose whom to share a place with; a flood of other addresses
 * fills places and never frees one. Each place holds the theoretical arrival time of `gcra`. An account that does not exist is limited like one that does.
 */
export class AttemptLimit {
  readonly #clock: Clock
  readonly #key = randomBytes(16)
  readonly #arrivals = new Float64Array(places)

  constructor(clock: Clock) {
    this.#clock = clock
    this.#arrivals.fill(Number.NEGATIVE_INFINITY)
  }

  /**
   * Counts one attempt; its case does not make an address another.
   *
   * @throws SeaworthyError ERR_RATE_LIMITED
   */
  take(email: string): void {
    const place = this.#placeOf(email.toLowerCase())
    const { allowed, arrivalMs, retryAfterMs } = gcra(this.#arrivals[place], this.#clock.now(), rate)
    if (!allowed) {
      throw httpError(
        'ERR_RATE_LIMITED',
        `Cannot sign in: one account takes at most ${quota} attempts a minute, ${burst} of them at once`,
        { retryAfterMs },
      )
    }
    this.#arrivals[place] = arrivalMs
  }

  #placeOf(key: string): number {
    return createHash('sha256').update(this.#key).update(key).digest().readUInt16BE()
  }
}
