import { expect, test } from 'vitest'
import { UnreturnedUnits } from './unreturned.ts'

test('UnreturnedUnits: hands out the oldest first, and holds no more than its capacity', () => {
  const unreturned = new UnreturnedUnits(3)
  for (const id of ['a', 'b', 'c', 'd']) unreturned.add({ id, cost: 1, keys: [] })
  expect(unreturned.size).toBe(3)
  expect(unreturned.take(2).map(({ id }) => id)).toEqual(['b', 'c'])
  expect(unreturned.take(2).map(({ id }) => id)).toEqual(['d'])
  expect(unreturned.size).toBe(0)
})
