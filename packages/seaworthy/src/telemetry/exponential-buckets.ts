import { telemetryError } from './telemetry-errors.ts'

/**
 * Buckets whose bounds grow by 2^(1/16), so that a quantile read from them is at most 4.5 % off; the scheme is scale 4
 * of the OpenTelemetry exponential histogram. The index of a value comes from the bits of its double, without a
 * logarithm: the exponent gives the octave, the upper 8 bits of the mantissa look up the bucket inside it, and one
 * comparison corrects that by at most one.
 */
export const bucketsPerOctave = 16

/** A range of values, as powers of two. */
export interface BucketRange {
  /** The exponent of the upper bound of the first bucket, which takes everything from 0. */
  readonly minExponent: number
  /** The exponent of the largest bound; what is above goes to one last bucket. */
  readonly maxExponent: number
}

const slots = 256
const mantissaMask = 0xf_ffff
/** The upper 20 bits of the mantissa of each bound inside an octave. */
const bounds = Uint32Array.from({ length: bucketsPerOctave + 1 }, (_, i) =>
  Math.round((2 ** (i / bucketsPerOctave) - 1) * 2 ** 20),
)
/** For each value of the mantissa's upper 8 bits, the bucket in which that slot starts. */
const slotBuckets = Uint8Array.from({ length: slots }, (_, slot) =>
  Math.max(
    0,
    bounds.findLastIndex((bound) => bound <= slot << 12),
  ),
)

const doubles = new Float64Array(1)
const words = new Uint32Array(doubles.buffer)
const highWord = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0

/** How many buckets a range has: the first, 16 for each octave, and the last. */
export function bucketCount({ minExponent, maxExponent }: BucketRange): number {
  return (maxExponent - minExponent) * bucketsPerOctave + 2
}

/** The index that a range's bucket numbers start from, on the scale where 1 is the bound of bucket 0. */
export function bucketOffset({ minExponent }: BucketRange): number {
  return (1023 + minExponent) * bucketsPerOctave
}

/**
 * The bucket of a value from 0 up. Its upper bound belongs to a bucket, as `le` in Prometheus says.
 *
 * @param offset from {@link bucketOffset}
 * @param last the number of the last bucket
 */
export function bucketIndex(value: number, offset: number, last: number): number {
  doubles[0] = value
  const high = words[highWord] as number
  const mantissa = high & mantissaMask
  const slotBucket = slotBuckets[mantissa >>> 12] as number
  const step = mantissa >= (bounds[slotBucket + 1] as number) ? 1 : 0
  const above = mantissa === 0 && words[1 - highWord] === 0 ? 0 : 1
  const index = (high >>> 20) * bucketsPerOctave + slotBucket + step + above - offset
  return index < 0 ? 0 : index > last ? last : index
}

/** The upper bound of a bucket; infinite for the last. */
export function bucketUpper(index: number, range: BucketRange): number {
  if (index >= bucketCount(range) - 1) return Number.POSITIVE_INFINITY
  return 2 ** (range.minExponent + index / bucketsPerOctave)
}

/**
 * Checks a range.
 *
 * @throws SeaworthyError ERR_METRIC_INVALID
 */
export function checkRange({ minExponent, maxExponent }: BucketRange, name: string): void {
  const whole = Number.isInteger(minExponent) && Number.isInteger(maxExponent)
  if (whole && minExponent >= -60 && maxExponent <= 60 && minExponent < maxExponent) return
  throw telemetryError(
    'ERR_METRIC_INVALID',
    `Cannot declare histogram ${name}: its range must be two rising whole exponents from -60 to 60, received ${minExponent} and ${maxExponent}`,
    { details: { name, minExponent, maxExponent } },
  )
}
