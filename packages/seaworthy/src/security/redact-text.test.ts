import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRedactor } from './redaction.ts'
import { isCardNumber } from './redact-cards.ts'
import { SecretRegister, secretsMax } from './secret-register.ts'

test('register: a known value is hidden as it is and as JSON, URLs and base64 write it, until forgotten', () => {
  const { redactText, register } = createRedactor({ secrets: ['configured!'] })
  const value = 'p"a$s (w) ö/1'
  const forms = [
    value,
    JSON.stringify(value),
    encodeURIComponent(value),
    Buffer.from(value).toString('base64'),
  ]
  const forget = register(value)
  for (const form of [...forms, 'configured!'])
    expect(redactText(`x ${form} y`)).toMatch(/^x "?\[redacted\]"?=* y$/)
  forget()
  forget()
  expect(redactText(`x ${value} y`)).toBe(`x ${value} y`)
})

test('register: a longer secret is hidden whole, and one registered twice is forgotten with the second', () => {
  const register = new SecretRegister()
  const [first] = [register.register('abcdef'), register.register('abcdef')]
  register.register('abcdefghi')
  expect(register.redact('abcdefghi')).toBe('[redacted]')
  first()
  expect(register.redact('abcdef')).toBe('[redacted]')
})

test('register: what is shorter than 6 characters is not remembered; the number is bounded', () => {
  const register = new SecretRegister()
  register.register('short')()
  expect(register.redact('short')).toBe('short')
  for (let i = 0; i < secretsMax; i++) register.register(`secret-${i}`)
  expect(() => register.register('one more')).toThrow(expect.objectContaining({ code: 'ERR_QUEUE_FULL' }))
  expect(() => register.register('secret-1')).not.toThrow()
})

test('register: any text hides itself', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6, unit: 'binary' }), (secret) => {
      const { redactText } = createRedactor({ secrets: [secret] })
      expect(redactText(`« ${secret} »`)).toContain('[redacted]')
    }),
  )
})

test('redactText: cuts long texts without showing half of a secret', () => {
  const { redactText } = createRedactor({ textMax: 100, secrets: ['topsecretvalue'] })
  const filler = 'x'.repeat(94)
  const clean = redactText(`${filler} topsecretvalue ${'y'.repeat(50_000)}`)
  expect(clean).not.toContain('tops')
  expect(clean).toMatch(/\[\d+ more characters\]$/)
  expect(clean.length).toBeLessThan(140)
  const many = 'topsecretvalue '.repeat(2000)
  expect(createRedactor({ textMax: 10_000, secrets: ['topsecretvalue'] }).redactText(many)).not.toMatch(
    /tops/,
  )
})

test.each([
  ['letters', 'a'],
  ['digits', '4'],
  ['schemes', 'a://b:'],
  ['names', 'password='],
  ['open quotes', 'password="'],
  ['escaped quotes', String.raw`password\"`],
  ['starts of keys', '-----BEGIN PRIVATE KEY-----'],
  ['starts of tokens', 'eyJaaaaaa.'],
  ['tokens that do not end', 'eyJaaaaa-'],
  ['colons', ': : '],
  ['at signs', 'a@'],
  ['brackets', '[{'],
  ['Basic', 'Basic aa'],
])('redactText: stays quick on 64 000 characters of %s', (_name, unit) => {
  const { redact } = createRedactor({ emails: true })
  const text = unit.repeat(Math.ceil(64_000 / unit.length))
  const startedAt = performance.now()
  redact(text)
  expect(performance.now() - startedAt).toBeLessThan(1000)
})

test('redactText: hides long secrets to their end', () => {
  const { redactText } = createRedactor()
  const long = 'aB3'.repeat(10_000)
  for (const text of [
    `Bearer ${long}`,
    `eyJ${long}.${long}`,
    `token=${long}`,
    `"token":"${long}"`,
    `ghp_${long}`,
  ]) {
    expect(redactText(text)).not.toContain('aB3')
  }
  expect(redactText(`-----BEGIN PRIVATE KEY-----${long}`)).toBe('[private key]')
})

test('isCardNumber: by length, issuer and check digit', () => {
  for (const good of [
    '4111111111111111',
    '5555555555554444',
    '378282246310005',
    '6011111111111117',
    '30569309025904',
  ]) {
    expect(isCardNumber(good)).toBe(true)
  }
  for (const bad of ['4111111111111112', '1767600000000000', '4222222222222', ''])
    expect(isCardNumber(bad)).toBe(false)
})
