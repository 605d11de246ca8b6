/** Steps that each doubling of a latency is divided into: a quantile is told to within a sixteenth. */
const stepBits = 4
const steps = 2 ** stepBits
/** Latencies are counted in sixteenths of a millisecond; the longest is about 37 hours. */
const unitsPerMs = 16
const unitsMax = 2 ** 31 - 1
const bucketCount = steps * (32 - stepBits)

/**
 * The latencies of the last `lengthMs` as a histogram with linear steps within each doubling, and one quantile of
 * them. It takes the same memory whatever is recorded, and no timer: slices that fell out of the window are emptied
 * when it is next used.
 *
 * Source: G. Tene, HdrHistogram, for the buckets. The quantile is followed from where it last stood, as a pointer
 * into the histogram, so that asking for it at each call costs a few steps and not a walk.
 */
export class LatencyWindow {
  readonly #quantile: number
  readonly #sliceMs: number
  readonly #slices: readonly Uint32Array[]
  readonly #totals = new Uint32Array(bucketCount)
  #count = 0
  /** Number of the newest slice since the clock's zero. */
  #newest = 0
  /** The bucket that the quantile was last found in, and how many latencies are in the buckets before it. */
  #pointer = 0
  #below = 0

  /**
   * @param quantile above 0, up to 1
   * @param window how long a latency counts, and in how many slices that time slides
   */
  constructor(quantile: number, window: { readonly lengthMs: number; readonly slices: number }) {
    this.#quantile = quantile
    this.#sliceMs = window.lengthMs / window.slices
    this.#slices = Array.from({ length: window.slices }, () => new Uint32Array(bucketCount))
  }

  record(latencyMs: number, nowMs: number): void {
    this.#rollTo(nowMs)
    const bucket = bucketOf(latencyMs)
    this.#change(this.#totals, bucket, 1)
    this.#change(this.#slice(this.#newest), bucket, 1)
    this.#count++
    if (bucket < this.#pointer) this.#below++
  }

  /** How many latencies are in the window. */
  count(nowMs: number): number {
    this.#rollTo(nowMs)
    return this.#count
  }

  /**
   * The quantile in milliseconds: never below the exact one (the nearest-rank quantile), at most a sixteenth, or a
   * sixteenth of a millisecond, above it. Undefined of an empty window.
   */
  quantileMs(nowMs: number): number | undefined {
    this.#rollTo(nowMs)
    if (this.#count === 0) return undefined
    const rank = Math.ceil(this.#quantile * this.#count)
    while (this.#below >= rank) {
      this.#pointer--
      this.#below -= this.#at(this.#pointer)
    }
    while (this.#below + this.#at(this.#pointer) < rank) {
      this.#below += this.#at(this.#pointer)
      this.#pointer++
    }
    return upperMs(this.#pointer)
  }

  #at(bucket: number): number {
    return this.#totals[bucket] ?? 0
  }

  #slice(number: number): Uint32Array {
    return this.#slices[number % this.#slices.length] as Uint32Array
  }

  #change(counts: Uint32Array, bucket: number, by: number): void {
    counts[bucket] = (counts[bucket] ?? 0) + by
  }

  #rollTo(nowMs: number): void {
    const current = Math.floor(nowMs / this.#sliceMs)
    if (current <= this.#newest) return
    const passed = Math.min(current - this.#newest, this.#slices.length)
    for (let step = 1; step <= passed; step++) this.#empty(this.#slice(this.#newest + step))
    this.#newest = current
  }

  #empty(slice: Uint32Array): void {
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      const count = slice[bucket] ?? 0
      if (count === 0) continue
      this.#change(this.#totals, bucket, -count)
      this.#count -= count
      if (bucket < this.#pointer) this.#below -= count
    }
    slice.fill(0)
  }
}

/** Below 16 units each has its bucket; from there on a doubling has 16. */
function bucketOf(latencyMs: number): number {
  const units = Math.floor(Math.min(Math.max(0, latencyMs) * unitsPerMs, unitsMax))
  if (units < steps) return units
  const shift = 31 - Math.clz32(units) - stepBits
  return steps * shift + (units >> shift)
}

/** The least latency above all of a bucket. */
function upperMs(bucket: number): number {
  if (bucket < steps) return (bucket + 1) / unitsPerMs
  const shift = Math.floor(bucket / steps) - 1
  return ((bucket - steps * shift + 1) * 2 ** shift) / unitsPerMs
}
