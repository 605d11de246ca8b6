import { coreError } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import type { Problem } from './problem.ts'

async function answerTo(thrown: unknown) {
  const { server } = await fixture()
  server.get('/', () => Promise.reject(thrown))
  return server.inject('/')
}

function withFields(fields: object): Error {
  return Object.assign(new Error('inside'), fields)
}

test.each([
  ['a plugin says 404', withFields({ statusCode: 404 }), 404, 'ERR_NOT_FOUND'],
  ['a plugin says 413', withFields({ statusCode: 413 }), 413, 'ERR_BODY_TOO_LARGE'],
  ['a plugin says 422', withFields({ status: 422 }), 400, 'ERR_REQUEST_REFUSED'],
  ['a plugin says 502', withFields({ statusCode: 502 }), 500, 'ERR_INTERNAL'],
  ['a database error', withFields({ code: '22021', detail: 'row (secret)' }), 500, 'ERR_INTERNAL'],
  ['text is thrown', 'select secret', 500, 'ERR_INTERNAL'],
  ['nothing is thrown', undefined, 500, 'ERR_INTERNAL'],
] as const)('codedError: when %s the answer says so and no more', async (...row) => {
  const [, thrown, status, code] = row
  const answer = await answerTo(thrown)
  expect([answer.statusCode, answer.json<Problem>().code]).toEqual([status, code])
  expect(answer.body).not.toMatch(/inside|secret/)
})

test('codedError: an error of ours keeps status, title and code, and says when to come back', async () => {
  const answer = await answerTo(
    coreError('ERR_QUEUE_FULL', 'Cannot add to queue "secret"', { retryAfterMs: 1500 }),
  )
  expect(answer.json()).toMatchObject({ status: 503, title: 'Queue full', code: 'ERR_QUEUE_FULL' })
  expect(answer.headers['retry-after']).toBe('2')
  expect(answer.body).not.toContain('secret')
})
