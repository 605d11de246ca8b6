import type { Clock } from 'seaworthy/core'
import { gcra, type GcraDecision, type GcraRate } from 'seaworthy/resilience'

/** How many candidates one eviction looks at. */
const evictionSample = 16

/**
 * One rate for many callers, each with its own bucket, in bounded memory.
 *
 * When all places are taken, the one whose caller has used least of its quota goes, among the {@link evictionSample}
 * longest unseen. So a caller cannot shake off its own limit by arriving under many keys: those keys, used once, are the
 * first to go, and a caller with an exhausted quota is the last.
 */
export class RateLimiter {
  readonly #rate: GcraRate
  readonly #clock: Clock
  readonly #keysMax: number
  readonly #arrivals = new Map<string, number>()

  constructor(rate: GcraRate, clock: Clock, keysMax: number) {
    this.#rate = rate
    this.#clock = clock
    this.#keysMax = keysMax
  }

  /** How many callers are remembered. */
  get size(): number {
    return this.#arrivals.size
  }

  /** Counts one request of a caller and decides about it. */
  take(key: string): GcraDecision {
    const nowMs = this.#clock.now()
    const decision = gcra(this.#arrivals.get(key), nowMs, this.#rate)
    if (!this.#arrivals.delete(key) && this.#arrivals.size >= this.#keysMax) this.#evict(nowMs)
    this.#arrivals.set(key, decision.arrivalMs)
    return decision
  }

  #evict(nowMs: number): void {
    let victim: string | undefined
    let least = Number.POSITIVE_INFINITY
    const looked: [string, number][] = []
    for (const entry of this.#arrivals) {
      if (looked.push(entry) > evictionSample) break
      if (entry[1] < least) [victim, least] = entry
      if (least <= nowMs) break
    }
    for (const [key, arrivalMs] of looked) {
      this.#arrivals.delete(key)
      // At the end, so that the next eviction looks at others.
      if (key !== victim && arrivalMs > nowMs) this.#arrivals.set(key, arrivalMs)
    }
  }
}
