import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Histogram, quantile } from './histogram.ts'

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

test('quantile: at most one bucket, 4.5 %, from the exact one', () => {
  const value = fc.double({ min: 0.0001, max: 200, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, q) => {
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? 0
        const estimate = quantile(histogramOf(values).snapshot(), q)
        expect(Math.abs(Math.log2(estimate / exact))).toBeLessThanOrEqual(1 / 16 + 1e-5)
      },
    ),
  )
})

test('quantile: NaN of nothing; zero counts; q is clamped', () => {
  expect(quantile(new Histogram().snapshot(), 0.5)).toBeNaN()
  expect(quantile(histogramOf([0]).snapshot(), 0.5)).toBeLessThanOrEqual(2 ** -16)
  const snapshot = histogramOf([1, 2, 4]).snapshot()
  expect(quantile(snapshot, 7)).toBe(quantile(snapshot, 1))
  expect(quantile(snapshot, -1)).toBe(quantile(snapshot, 0))
  expect(quantile(histogramOf([5000]).snapshot(), 0.5)).toBe(256)
})

test('Histogram: counts and sums what it takes, ignores what is no measurement', () => {
  const histogram = histogramOf([0.5, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY])
  expect(histogram.snapshot()).toMatchObject({ count: 2, sum: 2 })
})

test('Histogram: a snapshot does not move with what is recorded later', () => {
  const histogram = histogramOf([1])
  const before = histogram.snapshot()
  histogram.record(1)
  expect(before.counts.reduce((sum, count) => sum + count)).toBe(1)
})
