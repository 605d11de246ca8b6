import { SignJWT, UnsecuredJWT } from 'jose'
import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { deriveTokenKey } from './access-token-keys.ts'
import { createAccessTokens } from './access-tokens.ts'

const secret = 'a secret of at least thirty-two bytes'
const other = 'another secret of thirty-two bytes or more'
const refused = expect.objectContaining({ code: 'ERR_TOKEN_INVALID', status: 401 })

function make(changes: Partial<Parameters<typeof createAccessTokens>[0]> = {}) {
  return createAccessTokens({ secret, issuer: 'i', audience: 'a', clock: manualClock(), ...changes })
}

test.each(['HS256', 'EdDSA'] as const)(
  'createAccessTokens: %s carries subject, roles and claims',
  async (algorithm) => {
    const tokens = make({ algorithm })
    const token = await tokens.issue({
      subject: 'ann',
      roles: ['admin'],
      claims: { tenant: 't1', sub: 'eve' },
    })
    expect(await tokens.verify(token)).toEqual({ subject: 'ann', roles: ['admin'], claims: { tenant: 't1' } })
  },
)

test('createAccessTokens: a token ends, with a small tolerance for clocks', async () => {
  const clock = manualClock()
  const tokens = make({ clock, ttl: '1m', clockTolerance: '5s' })
  const token = await tokens.issue({ subject: 'ann' })
  await clock.advance(64_000)
  await expect(tokens.verify(token)).resolves.toMatchObject({ subject: 'ann' })
  await clock.advance(2000)
  await expect(tokens.verify(token)).rejects.toEqual(refused)
})

test('createAccessTokens: refuses tokens of another secret, issuer, audience or algorithm', async () => {
  const tokens = make()
  for (const changes of [
    { secret: other },
    { issuer: 'x' },
    { audience: 'x' },
    { algorithm: 'EdDSA' as const },
  ]) {
    await expect(tokens.verify(await make(changes).issue({ subject: 'ann' }))).rejects.toEqual(refused)
  }
})

test('createAccessTokens: refuses what was never signed, and what is no token', async () => {
  const unsecured = new UnsecuredJWT({})
    .setSubject('ann')
    .setIssuer('i')
    .setAudience('a')
    .setExpirationTime('1h')
    .encode()
  for (const token of [unsecured, '', 'a.b.c', 'x'.repeat(10_000)]) {
    await expect(make().verify(token)).rejects.toEqual(refused)
  }
})

test('createAccessTokens: refuses a token without an end or of another type, though rightly signed', async () => {
  const key = deriveTokenKey(secret, 'HS256')
  const sign = (typ: string, exp: boolean) => {
    const jwt = new SignJWT({ roles: [] })
      .setProtectedHeader({ alg: 'HS256', typ, kid: key.id })
      .setSubject('ann')
      .setIssuer('i')
      .setAudience('a')
      .setIssuedAt(1_767_600_000)
    return (exp ? jwt.setExpirationTime(1_900_000_000) : jwt).sign(key.sign)
  }
  await expect(make().verify(await sign('at+jwt', true))).resolves.toMatchObject({ subject: 'ann' })
  await expect(make().verify(await sign('at+jwt', false))).rejects.toEqual(refused)
  await expect(make().verify(await sign('JWT', true))).rejects.toEqual(refused)
})

test('createAccessTokens: a previous secret is still accepted and no longer used', async () => {
  const old = make({ secret: other })
  const tokens = make({ previousSecrets: [other] })
  await expect(tokens.verify(await old.issue({ subject: 'ann' }))).resolves.toMatchObject({ subject: 'ann' })
  await expect(old.verify(await tokens.issue({ subject: 'ann' }))).rejects.toEqual(refused)
})

test('createAccessTokens: refuses a short secret without showing it', () => {
  const messages = [{ secret: 'hunter2' }, { previousSecrets: ['hunter2'] }].map((options) => {
    try {
      return make(options)
    } catch (error) {
      return String(error)
    }
  })
  expect(messages[0]).toContain('"secret" must be at least 32 bytes')
  expect(messages[1]).toContain('"previousSecrets" must be at most 4 secrets')
  expect(messages.join()).not.toContain('hunter2')
})
