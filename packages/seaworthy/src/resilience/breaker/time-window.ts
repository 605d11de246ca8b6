import {
  exceedsRates,
  type CountedOutcome,
  type OutcomeWindow,
  type RateLimits,
  type WindowCounts,
} from './outcome-window.ts'

/** Numbers kept per bucket: calls, failed, slow. */
const width = 3

/**
 * The outcomes of the last `lengthMs`, in buckets with running totals. Buckets that fell out of the window are emptied
 * when it is next used: no timer runs, and after any idle time nothing old counts.
 */
export class TimeWindow implements OutcomeWindow {
  readonly #limits: RateLimits
  readonly #bucketMs: number
  readonly #bucketCount: number
  readonly #buckets: Int32Array
  readonly #totals = new Int32Array(width)
  /** Number of the newest bucket since the clock's zero. */
  #newest = 0

  constructor(size: { readonly lengthMs: number; readonly buckets: number }, limits: RateLimits) {
    this.#bucketMs = size.lengthMs / size.buckets
    this.#bucketCount = size.buckets
    this.#buckets = new Int32Array(size.buckets * width)
    this.#limits = limits
  }

  record(outcome: CountedOutcome, nowMs: number): void {
    this.#rollTo(nowMs)
    this.#add(0)
    if (outcome === 'failed') this.#add(1)
    else if (outcome === 'slow') this.#add(2)
  }

  isTripped(nowMs: number): boolean {
    return exceedsRates(this.counts(nowMs), this.#limits)
  }

  counts(nowMs: number): WindowCounts {
    this.#rollTo(nowMs)
    const [calls = 0, failed = 0, slow = 0] = this.#totals
    return { calls, failed, slow }
  }

  clear(): void {
    this.#buckets.fill(0)
    this.#totals.fill(0)
  }

  #add(column: number): void {
    const index = (this.#newest % this.#bucketCount) * width + column
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1
    this.#totals[column] = (this.#totals[column] ?? 0) + 1
  }

  #rollTo(nowMs: number): void {
    const current = Math.floor(nowMs / this.#bucketMs)
    if (current <= this.#newest) return
    const passed = current - this.#newest
    if (passed >= this.#bucketCount) this.clear()
    else for (let step = 1; step <= passed; step++) this.#empty((this.#newest + step) % this.#bucketCount)
    this.#newest = current
  }

  #empty(bucket: number): void {
    for (let column = 0; column < width; column++) {
      const index = bucket * width + column
      this.#totals[column] = (this.#totals[column] ?? 0) - (this.#buckets[index] ?? 0)
      this.#buckets[index] = 0
    }
  }
}
