import type { Moment } from 'seaworthy/core'
import type { BadOutcome, BucketRecord, Now, WindowCounts, WindowRecord } from './outcome-window.ts'
import { RateWindow, type RateLimits } from './rate-window.ts'

export interface TimeRule extends RateLimits {
  readonly kind: 'time'
  /** Calls of how long a time count, in milliseconds. */
  readonly lengthMs: number
  /** In how many steps that time slides. */
  readonly buckets: number
}

/**
 * The outcomes of the last `lengthMs`, in buckets with running totals. Buckets that fell out of the window are emptied
 * when it is next used: no timer runs, and after any idle time nothing old counts. Bad calls have buckets of their own,
 * which only exist after the first one.
 */
export class TimeWindow extends RateWindow<TimeRule> {
  readonly #bucketMs: number
  /** Calls of each bucket. */
  #all: Int32Array | undefined
  /** Of each bucket the failed calls, then the slow ones. */
  #bad: Int32Array | undefined
  /** Number of the newest bucket since the clock's zero, and its place. */
  #newest = 0
  #slot = 0
  #newestEndsAtMs = -Infinity
  /** The copy of the time that was last seen to be in it. */
  #moment: Moment | undefined

  constructor(rule: TimeRule) {
    super(rule)
    this.#bucketMs = rule.lengthMs / rule.buckets
  }

  recordOk(clock: Now): boolean {
    const all = this.#all !== undefined && this.#isLatest(clock) ? this.#all : this.#rollTo(clock.now())
    all[this.#slot] = (all[this.#slot] ?? 0) + 1
    this.calls++
    return this.failed + this.slow > 0 && this.isTripped()
  }

  recordBad(outcome: BadOutcome, clock: Now): boolean {
    const all = this.#rollTo(clock.now())
    all[this.#slot] = (all[this.#slot] ?? 0) + 1
    this.calls++
    const bad = (this.#bad ??= new Int32Array(2 * this.rule.buckets))
    const index = 2 * this.#slot + (outcome === 'slow' ? 1 : 0)
    bad[index] = (bad[index] ?? 0) + 1
    if (outcome === 'slow') this.slow++
    else this.failed++
    return this.isTripped()
  }

  counts(clock: Now): WindowCounts {
    if (this.#all !== undefined) this.#rollTo(clock.now())
    return this.totals()
  }

  override clear(): void {
    super.clear()
    this.#all = undefined
    this.#bad = undefined
    this.#newestEndsAtMs = -Infinity
    this.#moment = undefined
  }

  save(): WindowRecord {
    const { buckets } = this.rule
    const saved: BucketRecord[] = []
    for (let age = buckets - 1; age >= 0 && this.#all !== undefined; age--) {
      const slot = this.#slotOf(this.#newest - age)
      const calls = this.#all[slot] ?? 0
      if (calls === 0) continue
      const atMs = (this.#newest - age + 0.5) * this.#bucketMs
      saved.push({ atMs, calls, failed: this.#bad?.[2 * slot] ?? 0, slow: this.#bad?.[2 * slot + 1] ?? 0 })
    }
    return { kind: 'time', buckets: saved }
  }

  load(record: WindowRecord, nowMs: number): void {
    if (record.kind !== 'time') return
    for (const { atMs, calls, failed, slow } of record.buckets) {
      const all = this.#rollTo(Math.min(atMs, nowMs))
      all[this.#slot] = (all[this.#slot] ?? 0) + calls
      this.calls += calls
      this.failed += failed
      this.slow += slow
      if (failed + slow === 0) continue
      const bad = (this.#bad ??= new Int32Array(2 * this.rule.buckets))
      bad[2 * this.#slot] = (bad[2 * this.#slot] ?? 0) + failed
      bad[2 * this.#slot + 1] = (bad[2 * this.#slot + 1] ?? 0) + slow
    }
  }

  /** Whether the newest bucket is still the present one. */
  #isLatest(clock: Now): boolean {
    // Comparing two moments costs less than reading the time from one.
    if (clock.isCopy === true && clock.moment === this.#moment) return true
    const nowMs = clock.now()
    if (nowMs >= this.#newestEndsAtMs) return false
    this.#moment = clock.isCopy === true ? clock.moment : undefined
    return true
  }

  #slotOf(bucket: number): number {
    const slot = bucket % this.rule.buckets
    return slot < 0 ? slot + this.rule.buckets : slot
  }

  /** Makes the bucket of this time the newest one, unless there is a newer one. */
  #rollTo(nowMs: number): Int32Array {
    const { buckets } = this.rule
    if (this.#all === undefined) {
      this.#all = new Int32Array(buckets)
      this.#newest = Math.floor(nowMs / this.#bucketMs)
    } else if (nowMs >= this.#newestEndsAtMs) {
      const current = Math.max(this.#newest + 1, Math.floor(nowMs / this.#bucketMs))
      const passed = Math.min(buckets, current - this.#newest)
      for (let step = 1; step <= passed; step++) this.#empty(this.#all, this.#slotOf(this.#newest + step))
      this.#newest = current
    } else return this.#all
    this.#slot = this.#slotOf(this.#newest)
    this.#newestEndsAtMs = (this.#newest + 1) * this.#bucketMs
    return this.#all
  }

  #empty(all: Int32Array, slot: number): void {
    this.calls -= all[slot] ?? 0
    all[slot] = 0
    if (this.#bad === undefined) return
    this.failed -= this.#bad[2 * slot] ?? 0
    this.slow -= this.#bad[2 * slot + 1] ?? 0
    this.#bad[2 * slot] = 0
    this.#bad[2 * slot + 1] = 0
  }
}
