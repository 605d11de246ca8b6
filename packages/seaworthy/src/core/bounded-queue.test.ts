import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BoundedQueue } from './bounded-queue.ts'

test('BoundedQueue: says no when full', () => {
  const queue = new BoundedQueue<object>(1, 'mail')
  expect(queue.offer({})).toBe(true)
  expect(queue.offer({})).toBe(false)
  expect(() => queue.push({})).toThrow(
    expect.objectContaining({
      code: 'ERR_QUEUE_FULL',
      message: 'Cannot add to queue "mail": 1 of 1 places are taken',
    }),
  )
  expect(queue.size).toBe(1)
})

test('BoundedQueue: without places nothing fits', () => {
  const queue = new BoundedQueue<object>(0, 'mail')
  expect(queue.isFull).toBe(true)
  expect(queue.offer({})).toBe(false)
  expect(queue.shift()).toBeUndefined()
})

test.each([-1, 1.5, Number.NaN, Infinity])('BoundedQueue: refuses a capacity of %s', (capacity) => {
  expect(() => new BoundedQueue(capacity, 'mail')).toThrow('capacity must be a whole number from 0')
})

test('BoundedQueue: behaves as a list of limited length does', () => {
  type Step = 'push' | 'shift' | 'remove' | 'clear'
  const step = fc.tuple(fc.constantFrom<Step>('push', 'push', 'push', 'shift', 'remove', 'clear'), fc.nat(9))
  fc.assert(
    fc.property(fc.array(step), fc.nat(5), (steps, capacity) => {
      const queue = new BoundedQueue<object>(capacity, 'model')
      let model: object[] = []
      for (const [type, pick] of steps) {
        if (type === 'push') {
          const entry = {}
          const fits = model.length < capacity
          expect(queue.offer(entry)).toBe(fits)
          if (fits) model.push(entry)
        } else if (type === 'shift') {
          expect(queue.shift()).toBe(model.shift())
        } else if (type === 'remove') {
          const entry = model[pick] ?? {}
          expect(queue.remove(entry)).toBe(model.includes(entry))
          model = model.filter((each) => each !== entry)
        } else {
          queue.clear()
          model = []
        }
        expect(queue.size).toBe(model.length)
        expect(queue.isFull).toBe(model.length === capacity)
        expect([...queue].every((entry, index) => entry === model[index])).toBe(true)
      }
    }),
  )
})
