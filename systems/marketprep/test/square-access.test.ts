import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { findSquareConnection, squareStatus } from '../src/data/index.ts'
import { newNonce } from '../src/square/authorisation-state.ts'
import { dayMs, startRig, type Rig } from './marketprep-rig.ts'
import type { ProxiedCall } from './square-proxy.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ square: { historyWeeks: 2 } })
})
afterEach(() => {
  rig.square.reset()
  rig.simulators.setFault('square', undefined)
  rig.parts.dependencies.square.reset()
})
afterAll(() => rig[Symbol.asyncDispose]())

const connectionOf = (vendorId: string) => rig.db.as(vendorId, findSquareConnection)
const statusOf = (vendorId: string) => rig.db.as(vendorId, squareStatus)
const renewals = () => rig.square.calls.filter(({ path }) => path === '/oauth2/token')
const refused = {
  status: 401,
  body: { errors: [{ category: 'AUTHENTICATION_ERROR', code: 'UNAUTHORIZED' }] },
}

/** Square refuses the token that is first used for orders, as if it had expired although our clock disagrees. */
function refuseFirstToken(): { readonly tokens: Set<string> } {
  const tokens = new Set<string>()
  let first: string | undefined
  rig.square.intercept = ({ path, token }) => {
    if (path !== '/v2/orders/search' || token === undefined) return undefined
    first ??= token
    tokens.add(token)
    return token === first ? refused : undefined
  }
  return { tokens }
}

test('tokens: what is in the table is not the token, and opens for no other vendor', async () => {
  const [vendor, other] = [await rig.addSeller('Sealed'), await rig.addSeller('Thief')]
  await rig.parts.sync.run(vendor)
  const tokens = rig.square.calls.flatMap(({ token }) => (token === undefined ? [] : [token]))
  const stored = await connectionOf(vendor)
  expect(tokens.length).toBeGreaterThan(3)
  for (const token of tokens) expect(JSON.stringify(stored)).not.toContain(token)

  await rig.db.as(other, (tx) =>
    tx
      .updateTable('marketprep.square_connections')
      .set({
        access_token_encrypted: stored?.accessTokenEncrypted ?? '',
        refresh_token_encrypted: stored?.refreshTokenEncrypted ?? '',
      })
      .execute(),
  )
  await expect(rig.parts.sync.run(other)).rejects.toMatchObject({ code: 'ERR_SECRET_UNREADABLE' })
  expect(rig.parts.dependencies.square.status().breaker).toBe('closed')
})

test('tokens: one that Square refuses is renewed once, and the run goes on with the new one', async () => {
  const vendor = await rig.addSeller('Refused')
  const before = await connectionOf(vendor)
  rig.square.reset()
  const { tokens } = refuseFirstToken()
  expect(await rig.parts.sync.run(vendor)).toMatchObject({ outcome: 'synchronised' })
  expect([tokens.size, renewals().length]).toEqual([2, 1])
  expect((await connectionOf(vendor))?.accessTokenEncrypted).not.toBe(before?.accessTokenEncrypted)
  expect((await rig.salesOf(vendor)).size).toBeGreaterThan(100)
})

test('tokens: calls that are refused at the same time share one renewal', async () => {
  const vendor = await rig.addSeller('Shared')
  await rig.parts.sync.run(vendor)
  rig.square.reset()
  refuseFirstToken()
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => rig.parts.dependencies.newestSales(vendor)),
  )
  expect(answers.map(({ source }) => source)).toEqual(Array(5).fill('live'))
  expect(renewals()).toHaveLength(1)
})

test('tokens: an account that Square took away is not asked for ever, and the note says what to do', async () => {
  const vendor = await rig.addSeller('Revoked')
  rig.square.intercept = ({ path }) =>
    path.startsWith('/v2') || path === '/oauth2/token' ? refused : undefined
  await expect(rig.parts.sync.run(vendor)).rejects.toMatchObject({ code: 'ERR_UPSTREAM_UNAUTHORIZED' })
  expect(renewals().length).toBeLessThanOrEqual(2)
  expect(await statusOf(vendor)).toMatchObject({
    sync: 'failed',
    note: 'Square does not accept the connection any more: connect it again.',
  })
})

test('tokens: a permission that is missing is no reason to renew', async () => {
  const vendor = await rig.addSeller('Forbidden')
  rig.square.reset()
  rig.square.intercept = ({ path }) => (path === '/v2/locations' ? { ...refused, status: 403 } : undefined)
  await expect(rig.parts.sync.run(vendor)).rejects.toMatchObject({ code: 'ERR_UPSTREAM_UNAUTHORIZED' })
  expect(renewals()).toEqual([])
})

test('tokens: one that ends soon is renewed first; while that fails, the one at hand serves', async () => {
  const vendor = await rig.addSeller('EndsSoon')
  rig.clock.shift(29.5 * dayMs)
  rig.square.reset()
  rig.square.intercept = ({ path }) =>
    path === '/oauth2/token' ? { status: 400, body: { message: 'x', type: 'bad_request' } } : undefined
  expect(await rig.parts.sync.run(vendor)).toMatchObject({ outcome: 'synchronised' })
  const before = await connectionOf(vendor)

  rig.square.reset()
  expect(await rig.parts.sync.run(vendor)).toMatchObject({ outcome: 'synchronised' })
  expect(rig.square.calls[0]?.path).toBe('/oauth2/token')
  const after = await connectionOf(vendor)
  expect(Date.parse(after?.expiresAt ?? '')).toBeGreaterThan(Date.parse(before?.expiresAt ?? ''))

  rig.square.reset()
  await rig.parts.sync.run(vendor)
  expect(renewals()).toEqual([])
})

test('disconnect: Square is told, the tokens are gone, the sales stay', async () => {
  const vendor = await rig.addSeller('Leaves')
  await rig.parts.sync.run(vendor)
  const sales = await rig.salesOf(vendor)
  rig.square.reset()
  expect(await rig.parts.connecting.end(vendor)).toMatchObject({ connected: false, merchantName: null })
  expect(rig.square.calls.map(({ path }) => path)).toEqual(['/oauth2/revoke'])
  expect(await connectionOf(vendor)).toBeUndefined()
  expect(await rig.salesOf(vendor)).toEqual(sales)
  await expect(rig.parts.sync.run(vendor)).rejects.toMatchObject({ code: 'ERR_SQUARE_NOT_CONNECTED' })
  expect(await rig.parts.connecting.end(vendor)).toMatchObject({ connected: false })
})

test('disconnect: Square being down does not keep the connection', async () => {
  const vendor = await rig.addSeller('LeavesDown')
  rig.simulators.setFault('square', { kind: 'down' })
  expect(await rig.parts.connecting.end(vendor)).toMatchObject({ connected: false })
})

test('disconnect: a renewal under way does not bring the connection back', async () => {
  const vendor = await rig.addSeller('Resurrected')
  const { tokens } = refuseFirstToken()
  const refuse = rig.square.intercept
  rig.square.intercept = async (call: ProxiedCall) => {
    if (call.path === '/oauth2/token') await rig.parts.connecting.end(vendor)
    return call.path === '/oauth2/revoke' ? { status: 200, body: { success: true } } : refuse?.(call)
  }
  await expect(rig.parts.sync.run(vendor)).rejects.toMatchObject({ code: 'ERR_SQUARE_NOT_CONNECTED' })
  expect(tokens.size).toBe(1)
  expect(await statusOf(vendor)).toMatchObject({ connected: false })
})

test('connect: a state of another time, another hand or another browser is refused', async () => {
  const vendor = await rig.db.addVendor('States')
  const own = newNonce()
  const state = new URL(rig.parts.connecting.begin(vendor, own)).searchParams.get('state') ?? ''
  const finish = (changed: string | undefined, nonce: string | undefined = own) =>
    rig.parts.connecting.finish({ code: 'x', state: changed, nonce })
  const expired = { code: 'ERR_SQUARE_STATE' }
  await expect(finish(undefined)).rejects.toMatchObject(expired)
  await expect(finish(state.replace(vendor, crypto.randomUUID()))).rejects.toMatchObject(expired)
  await expect(finish(state, newNonce())).rejects.toMatchObject(expired)
  await expect(finish(state, '')).rejects.toMatchObject(expired)
  await expect(finish(state)).rejects.toMatchObject({ code: 'ERR_UPSTREAM_UNAUTHORIZED' })
  rig.clock.shift(11 * 60_000)
  await expect(finish(state)).rejects.toMatchObject(expired)
})

test('newest sales: live while Square answers, then what is stored, by its age', async () => {
  const { newestSales, square } = rig.parts.dependencies
  const vendor = await rig.addSeller('Newest')
  expect(await newestSales(vendor)).toMatchObject({ source: 'no sales', value: { upTo: undefined } })
  await rig.parts.sync.run(vendor)
  const before = await rig.salesOf(vendor)
  rig.clock.shift(5 * dayMs)
  expect(await newestSales(vendor)).toMatchObject({ source: 'live' })
  expect((await rig.salesOf(vendor)).size).toBeGreaterThan(before.size)

  rig.simulators.setFault('square', { kind: 'garbage' })
  expect(await newestSales(vendor)).toMatchObject({ source: 'old sales' })
  rig.simulators.setFault('square', undefined)
  square.reset()
  await rig.parts.sync.run(vendor)
  rig.simulators.setFault('square', { kind: 'hang' })
  const startedAt = performance.now()
  expect(await newestSales(vendor)).toMatchObject({ source: 'stored sales' })
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})
