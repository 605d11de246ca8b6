import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sanitizeText } from './sanitize-text.ts'

test.each([
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['a cursor that goes up and deletes', 'a\u001b[2A\u001b[2Kb', 'ab'],
  ['a title of the window', '\u001b]0;owned\u0007text', 'text'],
  ['a link', '\u001b]8;;http://x\u001b\\click\u001b]8;;\u001b\\', 'click'],
  ['the 8-bit introducer', '\u009b31mred', 'red'],
  [
    'a line that pretends to be another',
    'user\r\n2026 INFO admin signed in',
    'user 2026 INFO admin signed in',
  ],
  ['line separators', 'a\u2028b\u2029c\u0085d', 'a b c d'],
  ['text that runs the other way', 'a\u202egpj.exe\u202c', 'agpj.exe'],
  ['bells and zeros', 'a\u0000\u0007\u007fb', 'ab'],
  ['tabs', 'a\tb', 'a b'],
  ['ordinary text in any script', 'Größe 大小 😀 مقاس', 'Größe 大小 😀 مقاس'],
])('sanitizeText: %s', (_name, text, clean) => {
  expect(sanitizeText(text)).toBe(clean)
})

test('sanitizeText: nothing of what it takes out is left in any text, and a second time changes nothing', () => {
  const units = fc.constantFrom(
    '\u001b',
    '[',
    ']',
    '\u009b',
    '\n',
    '\u2028',
    '\u202e',
    'm',
    ';',
    '\u0007',
    'a',
    '3',
    '\\',
  )
  fc.assert(
    fc.property(fc.string({ unit: units, maxLength: 40 }), (text) => {
      const clean = sanitizeText(text)
      // oxlint-disable-next-line no-control-regex
      expect(clean).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
      expect(sanitizeText(clean)).toBe(clean)
    }),
  )
})
