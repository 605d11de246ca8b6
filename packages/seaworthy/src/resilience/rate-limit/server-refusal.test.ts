import { expect, test } from 'vitest'
import { resilienceError } from '../resilience-errors.ts'
import { isServerRefusal } from './server-refusal.ts'

class Answer {
  get status(): number {
    return 429
  }
}

test.each([
  ['a status', { status: 429 }],
  ['a status code', { statusCode: 429 }],
  ['the answer of a client', { response: new Answer() }],
  ['the details of a failure status', resilienceError('ERR_HTTP_STATUS', 'no', { details: { status: 429 } })],
  ['a time to wait', { status: 503, retryAfterMs: 100 }],
  ['a time to wait of nothing', Object.assign(new Error('busy'), { retryAfterMs: 0 })],
])('isServerRefusal: true by %s', (_by, error) => {
  expect(isServerRefusal(error)).toBe(true)
})

test.each([
  ['another status', { status: 503 }],
  ['an error', new Error('429')],
  ['a text', '429'],
  ['nothing', null],
  ['a status that is no number', { status: '429' }],
  ['details that say otherwise', resilienceError('ERR_HTTP_STATUS', 'no', { details: { status: 500 } })],
  ['an open circuit of our own', resilienceError('ERR_CIRCUIT_OPEN', 'no', { retryAfterMs: 100 })],
  ['a rate limit of our own', resilienceError('ERR_RATE_EXCEEDED', 'no', { retryAfterMs: 100 })],
])('isServerRefusal: false for %s', (_for, error) => {
  expect(isServerRefusal(error)).toBe(false)
})
