import { expect, test } from 'vitest'
import { readReportsReply } from './reports-reply.ts'

test('readReportsReply: reads the time and the reports of others', () => {
  expect(readReportsReply([100])).toEqual({ atUs: 100, reports: [] })
  expect(readReportsReply([100, 'a', 'failing', 50, 90, 'b', 'healthy', 60, 100])).toEqual({
    atUs: 100,
    reports: [
      { instance: 'a', verdict: 'failing', sinceUs: 50, beatUs: 90 },
      { instance: 'b', verdict: 'healthy', sinceUs: 60, beatUs: 100 },
    ],
  })
})

test('readReportsReply: a verdict of another version counts neither for nor against', () => {
  expect(readReportsReply([100, 'a', 'ailing', 50, 90]).reports).toMatchObject([{ verdict: 'silent' }])
})

test.each([
  [null],
  ['OK'],
  [[]],
  [['100']],
  [[100.5]],
  [[100, 'a']],
  [[100, 'a', 'failing', 50]],
  [[100, 'a', 'failing', 'x', 90]],
  [[100, 'a', 'failing', 50, 1e300]],
  [[100, 'a', null, 50, 90]],
  [[100, 7, 'failing', 50, 90]],
])('readReportsReply: refuses %j', (reply) => {
  expect(() => readReportsReply(reply)).toThrowError(expect.objectContaining({ code: 'ERR_REDIS_REPLY' }))
})
