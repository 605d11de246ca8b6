import { expect, test } from 'vitest'
import { mean, median } from './median.ts'

test('median: the middle value, or the mean of the two in the middle', () => {
  expect(median([5, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})

test('mean: the sum by the number', () => {
  expect(mean([1, 2, 6])).toBe(3)
})
