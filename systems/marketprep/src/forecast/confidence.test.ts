import { expect, test } from 'vitest'
import { confidenceLabelOf, confidenceOf } from './confidence.ts'

test('confidenceOf: grows with history, shrinks with the width of the interval, 0 without history', () => {
  const at = (days: number, width: number): number =>
    confidenceOf({ days, expected: 10, interval80: [10 - width, 10 + width] })
  expect(at(0, 1)).toBe(0)
  expect(at(27, 0)).toBeCloseTo(0.9)
  expect(at(3, 5)).toBeCloseTo(0.5 * (2 / 3))
  expect(at(20, 2)).toBeGreaterThan(at(20, 4))
  expect(at(20, 2)).toBeGreaterThan(at(10, 2))
})

test('confidenceLabelOf: high from 0.7, medium from 0.5', () => {
  expect([0.7, 0.69, 0.5, 0.49].map(confidenceLabelOf)).toEqual(['high', 'medium', 'medium', 'low'])
})
