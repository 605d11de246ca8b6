import { expect, test } from 'vitest'
import { readLimitReply } from './limit-reply.ts'

test('readLimitReply: reads what the scripts answer', () => {
  expect(readLimitReply([1, 0, 20, '10', 3, 4, 6, 25])).toEqual({
    granted: true,
    waitUs: 0,
    startUs: 20,
    serverUs: 25,
    news: { generation: '10', movedUs: 3, movedAtUs: 4, heldUs: 6 },
  })
  expect(readLimitReply([0, 7, 27, '10', 0, 0, 0, 20])).toMatchObject({ granted: false, waitUs: 7 })
})

test.each([
  [null],
  ['OK'],
  [[]],
  [[1, 0, 20, '10', 3, 4, 5]],
  [[1, 0, 20, 10, 3, 4, 0, 5]],
  [[1, 'x', 20, '10', 3, 4, 0, 5]],
  [[1, 0, 20, '10', 3, 4, 1.5, 5]],
  [[1, 0, 20, '10', 3, 4, 0, 1e300]],
])('readLimitReply: refuses %j', (reply) => {
  expect(() => readLimitReply(reply)).toThrowError(expect.objectContaining({ code: 'ERR_REDIS_REPLY' }))
})
