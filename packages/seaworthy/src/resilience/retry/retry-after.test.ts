import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryAfterFromHeader } from './retry-after.ts'

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
