import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyPart } from './key-part.ts'
import { limitKeys } from './limit/limit-keys.ts'

test('keyPart: leaves plain text, and nothing that means something in a key', () => {
  expect(keyPart('weather')).toBe('weather')
  expect(keyPart('')).toBe('')
  expect(keyPart('a:b{c}#d/ü')).toBe('a%3Ab%7Bc%7D%23d%2F%C3%BC')
})

test('keyPart: the longest text as it is has 100 characters, longer ones are hashed', () => {
  const long = 'x'.repeat(101)
  expect(keyPart(long.slice(1))).toBe(long.slice(1))
  expect(keyPart(long)).toMatch(/^#[\w-]{43}$/)
})

test('limitKeys: different limits have different keys, those of one limit the same hash tag', () => {
  const name = fc.string({ unit: 'binary', maxLength: 120 })
  const target = fc.record({ name, key: name })
  fc.assert(
    fc.property(target, target, (a, b) => {
      const isSame = a.name === b.name && a.key === b.key
      expect(limitKeys('p', a).state === limitKeys('p', b).state).toBe(isSame)
      const tags = limitKeys('p', a).all.map((key) => /^p:limit:\{([^{}]+)\}:/.exec(key)?.[1])
      expect(new Set(tags).size).toBe(1)
      expect(tags[0]).toBeDefined()
      for (const key of limitKeys('p', a).all) expect(key.length).toBeLessThan(250)
    }),
  )
})
