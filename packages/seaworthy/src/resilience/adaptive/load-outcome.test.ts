import { expect, test } from 'vitest'
import { classifyLoad, type LoadOutcome } from './load-outcome.ts'
import { resilienceError } from '../resilience-errors.ts'

function errorWith(extras: object): Error {
  return Object.assign(new Error('failed'), extras)
}

test.each<readonly [string, unknown, LoadOutcome]>([
  ['a timeout of ours', resilienceError('ERR_TIMEOUT', 'too long'), 'overloaded'],
  ['a status of 429', errorWith({ status: 429 }), 'overloaded'],
  ['a status of 503', errorWith({ statusCode: 503 }), 'overloaded'],
  ['a status of 504', errorWith({ response: { status: 504 } }), 'overloaded'],
  [
    'a status in the details',
    resilienceError('ERR_HTTP_STATUS', 'no', { details: { status: 503 } }),
    'overloaded',
  ],
  ['a status of 500', errorWith({ status: 500 }), 'answered'],
  ['a status that is none', errorWith({ status: '503' }), 'answered'],
  ['a socket that timed out', errorWith({ code: 'ETIMEDOUT' }), 'overloaded'],
  ['a connection not made in time', errorWith({ code: 'UND_ERR_CONNECT_TIMEOUT' }), 'overloaded'],
  ['headers not sent in time', errorWith({ code: 'UND_ERR_HEADERS_TIMEOUT' }), 'overloaded'],
  ['a body not sent in time', errorWith({ code: 'UND_ERR_BODY_TIMEOUT' }), 'overloaded'],
  ['a connection refused', errorWith({ code: 'ECONNREFUSED' }), 'answered'],
  ['a signal that timed out', new DOMException('too long', 'TimeoutError'), 'overloaded'],
  ['an abort', new DOMException('gave up', 'AbortError'), 'ignored'],
  ['an open circuit of ours', resilienceError('ERR_CIRCUIT_OPEN', 'open'), 'ignored'],
  ['a full bulkhead of ours', resilienceError('ERR_BULKHEAD_FULL', 'full'), 'ignored'],
  ['any other error', new Error('wrong'), 'answered'],
  ['what is no error', 'wrong', 'answered'],
  ['nothing', undefined, 'answered'],
])('classifyLoad: %s', (_, error, expected) => {
  expect(classifyLoad(error)).toBe(expected)
})
