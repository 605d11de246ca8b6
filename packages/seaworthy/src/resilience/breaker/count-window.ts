import {
  exceedsRates,
  type CountedOutcome,
  type OutcomeWindow,
  type RateLimits,
  type WindowCounts,
} from './outcome-window.ts'

const codes = { ok: 1, failed: 2, slow: 3 } as const

/** The outcomes of the last `size` calls: one byte each, with running totals. */
export class CountWindow implements OutcomeWindow {
  readonly #limits: RateLimits
  readonly #outcomes: Uint8Array
  readonly #totals = new Int32Array(4)
  #next = 0

  constructor(size: number, limits: RateLimits) {
    this.#outcomes = new Uint8Array(size)
    this.#limits = limits
    this.clear()
  }

  record(outcome: CountedOutcome): void {
    this.#count(this.#outcomes[this.#next] ?? 0, -1)
    this.#outcomes[this.#next] = codes[outcome]
    this.#count(codes[outcome], 1)
    this.#next = (this.#next + 1) % this.#outcomes.length
  }

  isTripped(): boolean {
    return exceedsRates(this.counts(), this.#limits)
  }

  counts(): WindowCounts {
    const [, ok = 0, failed = 0, slow = 0] = this.#totals
    return { calls: ok + failed + slow, failed, slow }
  }

  clear(): void {
    this.#outcomes.fill(0)
    this.#totals.fill(0)
    this.#next = 0
  }

  #count(code: number, change: 1 | -1): void {
    this.#totals[code] = (this.#totals[code] ?? 0) + change
  }
}
