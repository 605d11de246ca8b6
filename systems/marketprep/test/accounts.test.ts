import { createAccessTokens } from '@seaworthy/fastify'
import { manualClock, systemRuntime } from 'seaworthy/core'
import { createPasswordHasher } from 'seaworthy/security'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Accounts, refreshTokenSeconds } from '../src/accounts/accounts.ts'
import { directoryTenant, findLogin } from '../src/data/index.ts'
import { createStore } from '../src/store.ts'
import { startTestDatabase, type TestDatabase } from './test-database.ts'

const clock = manualClock()
let db: TestDatabase
beforeAll(async () => {
  db = await startTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

/** Accounts whose passwords are hashed with little memory, so that the tests are quick. */
function accountsWith(memory: number): Accounts {
  return new Accounts({
    store: createStore(db.database, systemRuntime),
    passwords: createPasswordHasher({ memory, passes: 1 }),
    tokens: createAccessTokens({
      secret: new Uint8Array(32).fill(1),
      issuer: 'seaworthy',
      audience: 'marketprep',
      clock,
    }),
    clock,
  })
}

const accounts = () => accountsWith(64)
const rosa = { email: 'rosa@farm.example', password: 'correct horse battery', businessName: 'Rosa Farm' }
const ended = { code: 'ERR_SESSION_ENDED', status: 401 }

test('register: the account is there at once, once', async () => {
  const { session, refreshToken } = await accounts().register(rosa)
  expect(session.vendor).toMatchObject({ email: rosa.email, businessName: 'Rosa Farm', role: 'vendor' })
  expect(session.accessToken.split('.')).toHaveLength(3)
  expect(refreshToken.length).toBeGreaterThan(40)
  await expect(accounts().register({ ...rosa, email: 'Rosa@Farm.example' })).rejects.toMatchObject({
    code: 'ERR_EMAIL_TAKEN',
    status: 409,
  })
})

test('sign-in: a wrong password and an unknown address are answered alike', async () => {
  const answer = (email: string, password: string) =>
    accounts()
      .signIn({ email, password })
      .catch(({ code, status, message }) => ({ code, status, message }))
  const wrong = await answer(rosa.email, 'wrong horse')
  expect(wrong).toMatchObject({ code: 'ERR_WRONG_CREDENTIALS', status: 401 })
  expect(await answer('nobody@farm.example', 'wrong horse')).toEqual(wrong)
  const { session } = await accounts().signIn({ ...rosa, email: 'ROSA@farm.example' })
  expect(session.vendor.email).toBe(rosa.email)
})

test('refresh: each token works once; two tabs within the grace do not end the session', async () => {
  const first = await accounts().signIn(rosa)
  const second = await accounts().refresh(first.refreshToken)
  expect(second.session.vendor.id).toBe(first.session.vendor.id)
  await clock.advance(5_000)
  await expect(accounts().refresh(first.refreshToken)).rejects.toMatchObject(ended)
  expect((await accounts().refresh(second.refreshToken)).refreshToken).not.toBe(second.refreshToken)
})

test('refresh: a token that is used again later ends every session that came from it, and no other', async () => {
  const [stolen, other] = [await accounts().signIn(rosa), await accounts().signIn(rosa)]
  const next = await accounts().refresh(stolen.refreshToken)
  await clock.advance(60_000)
  await expect(accounts().refresh(stolen.refreshToken)).rejects.toMatchObject(ended)
  await expect(accounts().refresh(next.refreshToken)).rejects.toMatchObject(ended)
  expect((await accounts().refresh(other.refreshToken)).session.vendor.email).toBe(rosa.email)
})

test('refresh: no token, a made-up one and an expired one end the session', async () => {
  const { refreshToken } = await accounts().signIn(rosa)
  await expect(accounts().refresh(undefined)).rejects.toMatchObject(ended)
  await expect(accounts().refresh('made up')).rejects.toMatchObject(ended)
  await clock.advance(refreshTokenSeconds * 1_000)
  await expect(accounts().refresh(refreshToken)).rejects.toMatchObject(ended)
})

test('sign-out: no token of the sign-in works any more; without one it is quiet', async () => {
  const first = await accounts().signIn(rosa)
  const { refreshToken } = await accounts().refresh(first.refreshToken)
  await accounts().signOut(refreshToken)
  await expect(accounts().refresh(refreshToken)).rejects.toMatchObject(ended)
  await accounts().signOut(refreshToken)
  await accounts().signOut(undefined)
})

test('sign-in: a hash of former parameters is made again, only by the right password', async () => {
  const hashOf = async () => (await db.as(directoryTenant, (tx) => findLogin(tx, rosa.email)))?.passwordHash
  const before = await hashOf()
  const stronger = accountsWith(128)
  await expect(stronger.signIn({ ...rosa, password: 'wrong horse' })).rejects.toThrow()
  expect(await hashOf()).toBe(before)
  await stronger.signIn(rosa)
  const after = await hashOf()
  expect([before, after]).toEqual([expect.stringContaining('m=64,'), expect.stringContaining('m=128,')])
  await stronger.signIn(rosa)
  expect(await hashOf()).toBe(after)
})
