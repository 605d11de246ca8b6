import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMs, toMs } from './duration.ts'

test.each([
  [0, 0],
  [1.5, 1.5],
  ['250ms', 250],
  ['2s', 2_000],
  ['0.5s', 500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
] as const)('toMs: %s is %d ms', (value, ms) => {
  expect(toMs(value)).toBe(ms)
})

test.each(['', '5', 's', '2 s', '-2s', '2S', '2sec', '1e3s', ' 2s', -1, Number.NaN, Infinity, null, {}, 10n])(
  'toMs: refuses %s with a message that says what is right',
  (value) => {
    expect(() => toMs(value as never, 'ttl')).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_DURATION',
        message: expect.stringMatching(/^Cannot read ttl: must be milliseconds from 0 up or text such as/),
      }),
    )
  },
)

test('toMs: the message shows the value received', () => {
  expect(() => toMs(Number.NaN)).toThrow('received NaN')
  expect(() => toMs('2 s' as never)).toThrow('received "2 s"')
})

test.each([
  [0, '0ms'],
  [250, '250ms'],
  [1_500, '1500ms'],
  [90_000, '90s'],
  [120_000, '2m'],
  [3_600_000, '1h'],
  [86_400_000, '1d'],
])('formatMs: %d is %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text)
})

test('formatMs: what it writes is read back exactly', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (ms) => {
      expect(toMs(formatMs(ms) as never)).toBe(ms)
    }),
  )
})
