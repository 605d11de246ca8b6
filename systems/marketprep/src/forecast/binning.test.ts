import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binCountMax, binMatrix, binOf } from './binning.ts'

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const column = fc.array(fc.oneof({ weight: 5, arbitrary: number }, fc.constant(Number.NaN)), {
  minLength: 1,
  maxLength: 300,
})

test('binMatrix: bins are few, keep the order of the values, and missing values have bin 0', () => {
  fc.assert(
    fc.property(column, (values) => {
      const binned = binMatrix({ values: Float64Array.from(values), rowCount: values.length, columnCount: 1 })
      for (const [row, value] of values.entries()) {
        const bin = binned.bins[row] as number
        expect(bin).toBeLessThan(binCountMax)
        expect(bin === 0).toBe(Number.isNaN(value))
        for (const [other, otherValue] of values.entries()) {
          if (value <= otherValue) expect(bin).toBeLessThanOrEqual(binned.bins[other] as number)
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('binOf: a value goes below the first cut that is not less', () => {
  const cuts = Float64Array.of(1, 2)
  expect([0, 1, 1.5, 2, 3, Number.NaN].map((value) => binOf(cuts, value))).toEqual([1, 1, 2, 2, 3, 0])
})

test('binMatrix: few distinct values get a bin each, however rare', () => {
  const values = new Float64Array(1_000).fill(1)
  values[500] = 7
  const { bins } = binMatrix({ values, rowCount: 1_000, columnCount: 1 })
  expect(bins[500]).toBe(2)
  expect(bins[499]).toBe(1)
})

test('binMatrix: rows beyond the given count do not move the cuts', () => {
  const values = Float64Array.from({ length: 100 }, (_, index) => (index < 50 ? index : 1_000 + index))
  const { cuts } = binMatrix({ values, rowCount: 100, columnCount: 1 }, 50)
  expect(Math.max(...(cuts[0] ?? []))).toBeLessThan(50)
})
