import { expect, test } from 'vitest'
import {
  classifyClientError,
  clientError,
  clientErrors,
  isWorthRetrying,
  type ClientErrorCode,
} from './client-errors.ts'

const codes = Object.keys(clientErrors) as ClientErrorCode[]

test('client errors: each code has a title, a meaning, a remedy and a status of the gateway', () => {
  for (const code of codes) {
    const entry = clientErrors[code]
    expect([502, 503]).toContain(entry.status)
    for (const text of [entry.title, entry.meaning, entry.remedy]) expect(text.length).toBeGreaterThan(10)
  }
})

test('client errors: what the service refused for its content is neither tried again nor held against it', () => {
  const retried = codes.filter((code) => isWorthRetrying(clientError(code, 'x')))
  const counted = codes.filter((code) => classifyClientError(clientError(code, 'x')) === 'failed')
  expect(retried).toEqual([
    'ERR_UPSTREAM_CONNECTION',
    'ERR_UPSTREAM_STATUS',
    'ERR_UPSTREAM_RATE_LIMITED',
    'ERR_ANSWER_NOT_JSON',
  ])
  expect(counted).not.toContain('ERR_UPSTREAM_REFUSED')
  expect(counted).not.toContain('ERR_UPSTREAM_UNAUTHORIZED')
  expect(counted).toContain('ERR_SCHEMA_MISMATCH')
  expect(isWorthRetrying(new Error('x'))).toBe(true)
})
