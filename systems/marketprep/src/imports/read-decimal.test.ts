import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCents, readDecimal } from './read-decimal.ts'

test.each([
  ['12', 12],
  ['1.0', 1],
  ['$1,234.50', 1_234.5],
  ['($3.00)', -3],
  ['-$45.00', -45],
  ['$-45.00', -45],
  ['−2', -2],
  ['1,234,567', 1_234_567],
  ['€ 5', 5],
  ['0', 0],
  ['($0.00)', 0],
])('readDecimal: %s is %d', (text, value) => {
  expect(readDecimal(text)).toBe(value)
})

test.each(['', ' ', 'abc', '1,23', '1.2.3', '12,34.5', '(-3)', '1e5', 'NaN', '--1', '1,2345', '$', '0x10'])(
  'readDecimal: %j is no number',
  (text) => {
    expect(readDecimal(text)).toBeUndefined()
  },
)

test('readDecimal: with a comma before the fraction the point groups thousands', () => {
  expect(readDecimal('1.234,50', ',')).toBe(1_234.5)
  expect(readDecimal('3,5', ',')).toBe(3.5)
  expect(readDecimal('(3,50 €)', ',')).toBe(-3.5)
  expect(readDecimal('3.5', ',')).toBeUndefined()
})

test('readCents: any amount comes back as written, fractions of a cent are refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (cents) => {
      const text = (Math.abs(cents) / 100).toLocaleString('en-US', { style: 'currency', currency: 'USD' })
      expect(readCents(cents < 0 ? `(${text})` : text)).toBe(cents)
      expect(readCents(cents < 0 ? `-${text}` : text)).toBe(cents)
    }),
  )
  expect(readCents('1.005')).toBeUndefined()
  expect(readCents('1.100')).toBe(110)
})
