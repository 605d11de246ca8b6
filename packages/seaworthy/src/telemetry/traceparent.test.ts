import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTraceParent, parseTraceParent } from './traceparent.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

const hexOf = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((text) => /[^0]/.test(text))

test('parseTraceParent: reads back whatever formatTraceParent writes', () => {
  fc.assert(
    fc.property(hexOf(32), hexOf(16), fc.boolean(), (trace, span, sampled) => {
      const parent = { traceId: trace, spanId: span, sampled }
      expect(parseTraceParent(formatTraceParent(parent))).toEqual(parent)
    }),
  )
})

test('parseTraceParent: never throws, and what it accepts has valid ids', () => {
  const nearly = fc
    .tuple(
      fc.constantFrom('00', '01', 'cc', 'ff', '0', 'AA'),
      hexOf(32),
      hexOf(16),
      fc.string({ maxLength: 4 }),
    )
    .map((parts) => parts.join('-'))
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (header) => {
      const parent = parseTraceParent(header)
      if (parent === undefined) return
      expect(parent.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/)
      expect(parent.spanId).toMatch(/^(?!0+$)[0-9a-f]{16}$/)
    }),
  )
})

test.each([
  ['a sampled one', `00-${traceId}-${spanId}-01`, true],
  ['one that is not sampled', `00-${traceId}-${spanId}-00`, false],
  ['unknown flags beside the sampled one', `00-${traceId}-${spanId}-ff`, true],
  ['a later version of the same length', `cc-${traceId}-${spanId}-01`, true],
  ['a later version with more fields', `cc-${traceId}-${spanId}-01-what-the-future-holds`, true],
])('parseTraceParent: accepts %s', (_name, header, sampled) => {
  expect(parseTraceParent(header)).toEqual({ traceId, spanId, sampled })
})

test.each([
  ['version ff', `ff-${traceId}-${spanId}-01`],
  ['version 00 with more fields', `00-${traceId}-${spanId}-01-more`],
  ['a later version with text that is not set off', `cc-${traceId}-${spanId}-01more`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['flags of one digit', `00-${traceId}-${spanId}-1`],
  ['space around it', ` 00-${traceId}-${spanId}-01`],
  ['a line break behind it', `00-${traceId}-${spanId}-01\n`],
  ['more than 256 characters', `cc-${traceId}-${spanId}-01-${'x'.repeat(256)}`],
  ['nothing', ''],
])('parseTraceParent: refuses %s', (_name, header) => {
  expect(parseTraceParent(header)).toBeUndefined()
})
