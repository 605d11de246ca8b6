import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ring } from './ring.ts'

test('Ring: holds the newest values and hands back each that it drops', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 8 }), (values, capacity) => {
      const ring = new Ring<number>(capacity)
      const dropped = values.map((value) => ring.push(value)).filter((value) => value !== undefined)
      expect([...ring]).toEqual(values.slice(-capacity))
      expect(dropped).toEqual(values.slice(0, -capacity))
      expect(ring.size).toBe(Math.min(values.length, capacity))
    }),
  )
})

test('Ring: is empty after clear and starts over', () => {
  const ring = new Ring<string>(2)
  for (const value of ['a', 'b', 'c']) ring.push(value)
  ring.clear()
  expect([...ring]).toEqual([])
  expect(ring.push('d')).toBeUndefined()
  expect([...ring]).toEqual(['d'])
})

test.each([0, -1, 1.5])('Ring: refuses a capacity of %s', (capacity) => {
  expect(() => new Ring(capacity)).toThrow('capacity must be a whole number from 1')
})
