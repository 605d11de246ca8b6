import fc from 'fast-check'
import { isSeaworthyError } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'

const options = { key: 'a key for the cursors of this test', scope: 'sales' }

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isSeaworthyError(error)) return error.code
    throw error
  }
  return 'no error'
}

test('cursor: what was encoded is decoded, and is safe in an address', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 4 }), (values) => {
      const cursor = encodeCursor(values, options)
      expect(cursor).toMatch(/^[\w-]+$/)
      expect(decodeCursor(cursor, options)).toEqual(values)
    }),
  )
})

test('cursor: no other text is accepted', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(codeOf(() => decodeCursor(text, options))).toBe('ERR_BAD_CURSOR')
    }),
  )
})

test('cursor: one changed character, another key or another scope is refused', () => {
  const cursor = encodeCursor(['2026-01-01 00:00:00.000001+00', '42'], options)
  for (let i = 0; i < cursor.length; i++) {
    const altered = cursor.slice(0, i) + (cursor[i] === 'A' ? 'B' : 'A') + cursor.slice(i + 1)
    expect(codeOf(() => decodeCursor(altered, options))).toBe('ERR_BAD_CURSOR')
  }
  for (const more of ['A', '_', 'AA', 'AAAA']) {
    expect(codeOf(() => decodeCursor(cursor + more, options))).toBe('ERR_BAD_CURSOR')
  }
  expect(codeOf(() => decodeCursor(cursor, { ...options, key: 'another' }))).toBe('ERR_BAD_CURSOR')
  expect(codeOf(() => decodeCursor(cursor, { ...options, scope: 'notes' }))).toBe('ERR_BAD_CURSOR')
})
