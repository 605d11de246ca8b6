import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signHmac, verifyHmac } from './hmac.ts'
import { equalInConstantTime } from './timing-safe.ts'

test('equalInConstantTime: says what === says, also for texts of different length', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(equalInConstantTime(a, b)).toBe(a === b)
      expect(equalInConstantTime(a, a)).toBe(true)
    }),
  )
})

test('signHmac: agrees with the test vectors of RFC 4231', () => {
  const input = { key: Buffer.alloc(20, 0x0b), parts: ['Hi There'], encoding: 'hex' } as const
  expect(signHmac(input)).toBe('b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7')
  const parts = ['what do ya want ', Buffer.from('for nothing?')]
  expect(signHmac({ key: 'Jefe', parts, encoding: 'hex' })).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('verifyHmac: accepts the right signature only', () => {
  const input = { key: 'key', parts: ['https://shop.example/hook', '{"a":1}'] }
  const signature = signHmac(input)
  expect(verifyHmac(input, signature)).toBe(true)
  expect(verifyHmac({ ...input, parts: ['https://shop.example/hook', '{"a":2}'] }, signature)).toBe(false)
  expect(verifyHmac({ ...input, key: 'other' }, signature)).toBe(false)
  for (const wrong of ['', signature.slice(1), `${signature} `, undefined])
    expect(verifyHmac(input, wrong)).toBe(false)
})
