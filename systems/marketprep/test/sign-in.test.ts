import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  beginSquareSync,
  deleteSquareConnection,
  directoryTenant,
  findSquareConnection,
  finishSquareSync,
  issueRefreshToken,
  revokeRefreshFamily,
  rotateRefreshToken,
  saveSquareGrant,
  squareStatus,
} from '../src/data/index.ts'
import { startTestDatabase, type TestDatabase } from './test-database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

const hash = (text: string): Uint8Array => createHash('sha256').update(text).digest()
const now = Date.parse('2026-06-13T08:00:00Z')
const later = now + 7 * 86_400_000

const issue = (vendor: string, token: string) =>
  db.as(vendor, (tx) =>
    issueRefreshToken(tx, { tokenHash: hash(token), family: randomUUID(), expiresAtMs: later, nowMs: now }),
  )

const rotate = (presented: string, next: string, nowMs = now) =>
  db.as(directoryTenant, (tx) =>
    rotateRefreshToken(tx, {
      presentedHash: hash(presented),
      nextHash: hash(next),
      expiresAtMs: later,
      nowMs,
      graceMs: 10_000,
    }),
  )

test('rotateRefreshToken: each token works once, its successor goes on', async () => {
  const vendorId = await db.addVendor('Rotates')
  await issue(vendorId, 'r1')
  expect(await rotate('r1', 'r2')).toEqual({ outcome: 'rotated', vendorId })
  expect(await rotate('r2', 'r3')).toEqual({ outcome: 'rotated', vendorId })
  expect(await rotate('never issued', 'x')).toEqual({ outcome: 'unknown', vendorId: null })
})

test('rotateRefreshToken: a second tab within the grace is refused without harm', async () => {
  const vendorId = await db.addVendor('Tabs')
  await issue(vendorId, 't1')
  await rotate('t1', 't2')
  expect(await rotate('t1', 't2b', now + 9_000)).toEqual({ outcome: 'superseded', vendorId })
  expect(await rotate('t2b', 't3')).toMatchObject({ outcome: 'unknown' })
  expect(await rotate('t2', 't3')).toMatchObject({ outcome: 'rotated' })
})

test('rotateRefreshToken: two at once, one is rotated', async () => {
  const vendorId = await db.addVendor('Race')
  await issue(vendorId, 'c1')
  const outcomes = await Promise.all([rotate('c1', 'c2'), rotate('c1', 'c3'), rotate('c1', 'c4')])
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['rotated', 'superseded', 'superseded'])
})

test('rotateRefreshToken: a token used again after the grace ends the whole family', async () => {
  const vendorId = await db.addVendor('Stolen')
  await issue(vendorId, 's1')
  await issue(vendorId, 'another sign-in')
  await rotate('s1', 's2')
  expect(await rotate('s1', 'thief', now + 10_000)).toEqual({ outcome: 'reused', vendorId })
  expect(await rotate('s2', 's3', now + 10_001)).toMatchObject({ outcome: 'unknown' })
  expect(await rotate('another sign-in', 'a2')).toMatchObject({ outcome: 'rotated' })
})

test('rotateRefreshToken: an expired token is unknown', async () => {
  await issue(await db.addVendor('Expired'), 'e1')
  expect(await rotate('e1', 'e2', later)).toMatchObject({ outcome: 'unknown' })
})

test('revokeRefreshFamily: after signing out no token of the sign-in works', async () => {
  await issue(await db.addVendor('SignsOut'), 'o1')
  await rotate('o1', 'o2')
  const revoke = () =>
    db.as(directoryTenant, (tx) => revokeRefreshFamily(tx, { tokenHash: hash('o2'), nowMs: now }))
  expect(await revoke()).toBe(true)
  expect(await rotate('o2', 'o3')).toMatchObject({ outcome: 'unknown' })
  expect(await revoke()).toBe(false)
})

const grant = {
  merchantId: 'M1',
  merchantName: 'Rosa Farm',
  accessTokenEncrypted: 'a',
  refreshTokenEncrypted: 'r',
  scopes: ['ITEMS_READ', 'ORDERS_READ'],
  expiresAt: '2026-07-13T08:00:00.000Z',
}
const startedAt = '2026-06-13T08:00:00.000Z'

test('square connection: one sync at a time, unless the other is stale', async () => {
  const vendor = await db.addVendor('Sync')
  const begin = (staleBefore: string) =>
    db.as(vendor, (tx) => beginSquareSync(tx, { startedAt, staleBefore }))
  await expect(begin(startedAt)).rejects.toMatchObject({ code: 'ERR_SQUARE_NOT_CONNECTED' })
  expect(await db.as(vendor, squareStatus)).toMatchObject({ connected: false, sync: 'never' })
  await db.as(vendor, (tx) => saveSquareGrant(tx, grant))
  expect(await db.as(vendor, findSquareConnection)).toEqual({ ...grant, syncedUntil: null })
  expect(await begin('2026-06-13T07:00:00.000Z')).toBe(true)
  expect(await begin('2026-06-13T07:00:00.000Z')).toBe(false)
  expect(await begin('2026-06-13T09:00:00.000Z')).toBe(true)
})

test('square connection: a sync that ends moves its place, one that fails leaves it', async () => {
  const vendor = await db.addVendor('Place')
  await db.as(vendor, async (tx) => {
    await saveSquareGrant(tx, grant)
    await beginSquareSync(tx, { startedAt, staleBefore: startedAt })
    const done = {
      outcome: 'idle',
      at: startedAt,
      syncedUntil: startedAt,
      ordersStored: 12,
      note: null,
    } as const
    await finishSquareSync(tx, done)
    await finishSquareSync(tx, { outcome: 'failed', note: 'Square did not answer' })
    await saveSquareGrant(tx, { ...grant, accessTokenEncrypted: 'b' })
  })
  const status = { connected: true, merchantName: 'Rosa Farm', lastSyncAt: startedAt, ordersSynced: 12 }
  expect(await db.as(vendor, squareStatus)).toEqual({ ...status, sync: 'failed', note: null })
  expect(await db.as(vendor, findSquareConnection)).toMatchObject({
    accessTokenEncrypted: 'b',
    syncedUntil: startedAt,
  })
  await db.as(vendor, (tx) => saveSquareGrant(tx, { ...grant, merchantId: 'M2' }))
  expect(await db.as(vendor, findSquareConnection)).toMatchObject({ merchantId: 'M2', syncedUntil: null })
  const afresh = { connected: true, sync: 'never', lastSyncAt: null, ordersSynced: 0 }
  expect(await db.as(vendor, squareStatus)).toMatchObject(afresh)
  expect(await db.as(vendor, deleteSquareConnection)).toBe(true)
  expect(await db.as(vendor, deleteSquareConnection)).toBe(false)
})
