import {
  bucketCount,
  bucketIndex,
  bucketOffset,
  bucketsPerOctave,
  type BucketRange,
} from './exponential-buckets.ts'

/** The values recorded so far, counted by bucket. */
export interface HistogramSnapshot {
  readonly count: number
  readonly sum: number
  readonly range: BucketRange
  /** Counts of the first bucket, of 16 buckets for each octave, and of the last. */
  readonly counts: Float64Array
}

/** From 15 microseconds to 256 seconds, in seconds. */
export const secondsRange: BucketRange = Object.freeze({ minExponent: -16, maxExponent: 8 })

/** From 64 bytes to 1 GiB, in bytes. */
export const bytesRange: BucketRange = Object.freeze({ minExponent: 6, maxExponent: 30 })

/** A distribution of values, bound to its labels. It takes about 3 kB. */
export class Histogram {
  readonly range: BucketRange
  readonly #counts: Float64Array
  readonly #offset: number
  readonly #last: number
  readonly #sum = new Float64Array(1)

  constructor(range: BucketRange = secondsRange) {
    this.range = range
    this.#counts = new Float64Array(bucketCount(range))
    this.#offset = bucketOffset(range)
    this.#last = bucketCount(range) - 1
  }

  /** Counts a value from 0 up; anything else is ignored. */
  record(value: number): void {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) return
    const index = bucketIndex(value, this.#offset, this.#last)
    this.#counts[index] = (this.#counts[index] as number) + 1
    this.#sum[0] = (this.#sum[0] as number) + value
  }

  snapshot(): HistogramSnapshot {
    const counts = this.#counts.slice()
    return { count: total(counts), sum: this.#sum[0] as number, range: this.range, counts }
  }
}

/**
 * The value below which a share `q` of the recorded values lies, at most 4.5 % off inside the range; NaN when nothing
 * was recorded. Inside a bucket it interpolates geometrically.
 *
 * @param q from 0 to 1
 */
export function quantile({ count, counts, range }: HistogramSnapshot, q: number): number {
  if (count === 0) return Number.NaN
  const rank = Math.min(1, Math.max(0, q)) * count
  let before = 0
  for (let index = 0; index < counts.length; index++) {
    const here = counts[index] as number
    if (here > 0 && before + here >= rank) return interpolate(index, (rank - before) / here, range)
    before += here
  }
  return 2 ** range.maxExponent
}

function interpolate(index: number, share: number, range: BucketRange): number {
  const steps = (range.maxExponent - range.minExponent) * bucketsPerOctave
  if (index === 0) return 2 ** range.minExponent * share
  if (index > steps) return 2 ** range.maxExponent
  return 2 ** (range.minExponent + (index - 1 + share) / bucketsPerOctave)
}

function total(counts: Float64Array): number {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}
