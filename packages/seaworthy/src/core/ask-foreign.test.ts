import { expect, test } from 'vitest'
import { askForeign } from './ask-foreign.ts'

test('askForeign: what it is told, or undefined when that throws', () => {
  expect(askForeign(() => 7)).toBe(7)
  const value = {
    get code(): string {
      throw new Error('no')
    },
  }
  expect(askForeign(() => value.code)).toBeUndefined()
})
