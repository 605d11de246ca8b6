import { expect, test } from 'vitest'
import { priorityOf, type Priority } from './priority.ts'

test.each<readonly [Priority | undefined, number]>([
  ['optional', 1],
  ['important', 5],
  ['critical', 9],
  [undefined, 5],
  [0, 0],
  [9, 9],
  [4.9, 4],
  [9.9, 9],
  [10, 9],
  [Infinity, 9],
  [-1, 0],
  [-Infinity, 0],
  [NaN, 5],
  ['other' as Priority, 5],
])('priorityOf: %s counts as %d', (priority, expected) => {
  expect(priorityOf(priority)).toBe(expected)
})
