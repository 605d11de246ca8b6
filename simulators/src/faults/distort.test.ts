import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distort } from './distort.ts'

function kind(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
}

test('distort: every value changes its type, unless it is an object, whose fields do', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const changed = distort(value)
      const isFilled = kind(value) === 'object' && Object.keys(value as object).length > 0
      expect(kind(changed) === kind(value)).toBe(isFilled)
      if (isFilled) {
        for (const [key, inner] of Object.entries(value as object)) {
          expect((changed as Record<string, unknown>)[key]).toEqual(distort(inner))
        }
      }
    }),
  )
})
