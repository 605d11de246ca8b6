import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketCount, bucketIndex, bucketOffset, bucketUpper } from './exponential-buckets.ts'

const range = { minExponent: -16, maxExponent: 8 }
const last = bucketCount(range) - 1
const indexOf = (value: number): number => bucketIndex(value, bucketOffset(range), last)
const inRange = fc.double({ min: 2 ** -16, max: 2 ** 8, noNaN: true })
/** The bounds are kept to 20 bits of the mantissa. */
const slack = 1 + 2 ** -20

test('bucketIndex: a value lies between the bounds of its bucket', () => {
  fc.assert(
    fc.property(inRange, (value) => {
      const index = indexOf(value)
      expect(value).toBeLessThanOrEqual(bucketUpper(index, range) * slack)
      if (index > 0) expect(value).toBeGreaterThan(bucketUpper(index - 1, range) / slack)
    }),
    { numRuns: 2000 },
  )
})

test('bucketIndex: a larger value never lies in a lower bucket', () => {
  fc.assert(
    fc.property(inRange, inRange, (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a]
      expect(indexOf(low)).toBeLessThanOrEqual(indexOf(high))
    }),
  )
})

test('bucketIndex: a power of two lies in the bucket that it bounds, the next double above it in the next', () => {
  for (let exponent = -15; exponent <= 8; exponent++) {
    const bound = 2 ** exponent
    const index = indexOf(bound)
    expect(bucketUpper(index, range)).toBe(bound)
    expect(indexOf(bound * (1 + Number.EPSILON))).toBe(index + 1)
  }
})

test('bucketIndex: what is below the range goes to the first bucket, what is above to the last', () => {
  for (const low of [0, Number.MIN_VALUE, 1e-9, 2 ** -16]) expect(indexOf(low)).toBe(0)
  for (const high of [256.0001, 1e300, Number.MAX_VALUE]) expect(indexOf(high)).toBe(last)
  expect(bucketUpper(last, range)).toBe(Number.POSITIVE_INFINITY)
})
