import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deriveKey } from './derive-key.ts'
import { createSecretBox } from './secret-box.ts'

const master = Buffer.alloc(32, 7)
const first = { id: 'k1', key: deriveKey(master, 'tokens/1') }
const second = { id: 'k2', key: deriveKey(master, 'tokens/2') }
const box = createSecretBox({ current: first })

const unreadable = expect.objectContaining({ code: 'ERR_SECRET_UNREADABLE' }) as Error

test('createSecretBox: what is sealed opens for the same associated data', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, place) => {
      const sealed = box.seal(secret, place)
      expect(box.open(sealed, place)).toBe(secret)
      expect(sealed).toMatch(/^v1\.k1\.[A-Za-z0-9_-]+$/)
    }),
  )
})

test('createSecretBox: sealing twice gives different texts', () => {
  expect(box.seal('a', 'b')).not.toBe(box.seal('a', 'b'))
})

test('createSecretBox: opens neither in another place nor when any character was changed', () => {
  const sealed = box.seal('token', 'tenant/1')
  expect(() => box.open(sealed, 'tenant/2')).toThrow(unreadable)
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: sealed.length - 2 }),
      fc.constantFrom(...'Ab9-_.'),
      (at, character) => {
        const changed = sealed.slice(0, at) + character + sealed.slice(at + 1)
        fc.pre(changed !== sealed)
        expect(() => box.open(changed, 'tenant/1')).toThrow(unreadable)
      },
    ),
  )
})

test.each(['', 'plain text', 'v1.k1.', 'v1.k1.AAAA', 'v2.k1.' + 'A'.repeat(60), `v1.k1.${'A'.repeat(40)}!`])(
  'createSecretBox: refuses %j',
  (text) => {
    expect(() => box.open(text, 'place')).toThrow(unreadable)
    expect(box.needsRotation(text)).toBe(!text.startsWith('v1.k1.AAAAA') || text.endsWith('!'))
  },
)

test('createSecretBox: after a change of keys old secrets open, ask to be sealed again, and new ones use the new key', () => {
  const old = box.seal('token', 'place')
  const rotated = createSecretBox({ current: second, previous: [first] })
  expect(rotated.open(old, 'place')).toBe('token')
  expect(rotated.needsRotation(old)).toBe(true)
  const fresh = rotated.seal('token', 'place')
  expect(rotated.needsRotation(fresh)).toBe(false)
  expect(() => box.open(fresh, 'place')).toThrow('Cannot open secret: its key "k2" must be in the keyring')
})

test('createSecretBox: a secret sealed with one key does not open with another of the same id', () => {
  const other = createSecretBox({ current: { id: 'k1', key: second.key } })
  expect(() => other.open(box.seal('token', 'place'), 'place')).toThrow(unreadable)
})

test.each([
  ['a short key', { current: { id: 'k1', key: new Uint8Array(16) } }],
  ['an id with a dot', { current: { id: 'k.1', key: first.key } }],
  ['the same id twice', { current: first, previous: [{ id: 'k1', key: second.key }] }],
])('createSecretBox: refuses %s', (_name, keyring) => {
  expect(() => createSecretBox(keyring)).toThrow(expect.objectContaining({ code: 'ERR_KEY_INVALID' }))
})

test('deriveKey: the same for the same purpose, another for another', () => {
  expect(deriveKey(master, 'a')).toEqual(deriveKey(master, 'a'))
  expect(deriveKey(master, 'a')).not.toEqual(deriveKey(master, 'b'))
  expect(deriveKey(master, 'a', 16)).toHaveLength(16)
})

test.each([
  ['a short master secret', () => deriveKey(new Uint8Array(31), 'a')],
  ['no purpose', () => deriveKey(master, '')],
  ['a short length', () => deriveKey(master, 'a', 8)],
])('deriveKey: refuses %s', (_name, derive) => {
  expect(derive).toThrow(expect.objectContaining({ code: 'ERR_KEY_INVALID' }))
})
