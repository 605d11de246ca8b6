import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryAfterFromHeader, retryAfterOf } from './retry-after.ts'

const now = Date.UTC(1994, 10, 6, 8, 49, 7)

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
  ['Sun Nov  6 08:49:37 1994', 30_000],
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
])('retryAfterFromHeader: reads %j as %d ms', (field, ms) => {
  expect(retryAfterFromHeader(field, now)).toBe(ms)
})

test.each([undefined, null, '', '-1', '1.5', '1e3', 'soon', '1994-11-06', 'Sun, 99 Foo 1994 08:49:37 GMT'])(
  'retryAfterFromHeader: %j is no wait',
  (field) => {
    expect(retryAfterFromHeader(field, now)).toBeUndefined()
  },
)

test('retryAfterFromHeader: whatever a server sends, a finite wait from 0 up or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,400}$/)), (field) => {
      const ms = retryAfterFromHeader(field, now)
      expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true)
    }),
  )
})

test.each([
  ['an error', { retryAfterMs: 40 }, 40],
  ['an error that says now', { retryAfterMs: 0, headers: { 'retry-after': '5' } }, 0],
  ['a Response', new Response(null, { headers: { 'Retry-After': '120' } }), 120_000],
  [
    'a Response with a date',
    new Response(null, { headers: { 'Retry-After': 'Sun, 06 Nov 1994 08:49:37 GMT' } }),
    30_000,
  ],
  ['plain headers', { headers: { 'retry-after': '7' } }, 7_000],
  ['an error with a response', { response: { headers: new Headers({ 'retry-after': '3' }) } }, 3_000],
  [
    'its own headers first',
    { headers: { 'retry-after': '1' }, response: { headers: { 'retry-after': '2' } } },
    1_000,
  ],
])('retryAfterOf: %s', (_what, failure, ms) => {
  expect(retryAfterOf(failure, now)).toBe(ms)
})

test.each([
  undefined,
  null,
  'text',
  {},
  { retryAfterMs: -1 },
  { retryAfterMs: Number.NaN },
  { retryAfterMs: '5' },
  { headers: undefined },
  { headers: null },
  { headers: {} },
  { headers: { 'retry-after': ['1', '2'] } },
  { headers: { get: () => null } },
  { response: null },
  new Response(),
])('retryAfterOf: %s asks for no wait', (failure) => {
  expect(retryAfterOf(failure, now)).toBeUndefined()
})

test('retryAfterOf: without the time headers are not looked at', () => {
  expect(retryAfterOf({ headers: { 'retry-after': '7' } })).toBeUndefined()
  expect(retryAfterOf({ retryAfterMs: 7 })).toBe(7)
})
