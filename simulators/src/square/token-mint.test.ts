import fc from 'fast-check'
import { seededRandom } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { type Grant, TokenMint } from './token-mint.ts'

const mint = new TokenMint('1', seededRandom(1))
const grant: Grant = {
  kind: 'access',
  merchantId: 'M1',
  scopes: ['ITEMS_READ'],
  grantedAtMs: 5,
  expiresAtMs: 10,
}

test('TokenMint: reads back what it issued, by kind', () => {
  const token = mint.issue(grant)
  expect(mint.read(token, 'access')).toMatchObject(grant)
  expect(mint.read(token, 'refresh')).toBeUndefined()
  expect(mint.issue(grant)).not.toBe(token)
})

test('TokenMint: a token that was changed anywhere is foreign', () => {
  const token = mint.issue(grant)
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom('a', 'Z', '.', '0', ' '), (at, character) => {
      const changed = token.slice(0, at) + character + token.slice(at + 1)
      // The last character of base64url carries unused bits, so only what is read differently counts.
      if (changed !== token && at < token.length - 1) expect(mint.read(changed, 'access')).toBeUndefined()
    }),
  )
})

test('TokenMint: text that is no token is foreign', () => {
  fc.assert(fc.property(fc.string(), (text) => mint.read(`EAAA${text}`, 'access') === undefined))
})
