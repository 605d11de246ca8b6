import { manualClock } from 'seaworthy/core'
import { type Simulators, startSimulators } from '@seaworthy/simulators'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eachPage } from '../../src/clients/each-page.ts'
import type { SquareClient } from '../../src/clients/square-client.ts'
import type { SquareOrder, SquareProduct, SquareTokens } from '../../src/clients/square-model.ts'
import { consent, redirectUrl, squareClient } from './clients.ts'

const clock = manualClock(Date.UTC(2026, 2, 14, 20))
let simulators: Simulators
let square: SquareClient
let tokens: SquareTokens

beforeAll(async () => {
  simulators = await startSimulators({ clock })
  square = squareClient(simulators)
  const code = (await consent(square.authorizeUrl('state-7'))).searchParams.get('code')
  tokens = await square.exchangeCode({}, code ?? '')
})

afterAll(() => simulators.stop())

describe('SquareClient authorisation', () => {
  test('the seller is asked for reading only, and comes back with the state', async () => {
    const url = new URL(square.authorizeUrl('state-8'))
    expect(url.searchParams.get('scope')).toBe('MERCHANT_PROFILE_READ ITEMS_READ ORDERS_READ PAYMENTS_READ')
    const back = await consent(url.href)
    expect(back.href.startsWith(redirectUrl)).toBe(true)
    expect(back.searchParams.get('state')).toBe('state-8')
    expect((await consent(url.href, 'deny')).searchParams.get('error')).toBe('access_denied')
  })

  test('a code becomes tokens once; they know the merchant and when they end', async () => {
    const code = (await consent(square.authorizeUrl('s'))).searchParams.get('code') ?? ''
    const first = await square.exchangeCode({}, code)
    expect(Date.parse(first.expiresAt)).toBe(clock.wallTime() + 30 * 86_400_000)
    expect(await square.merchant({}, first.accessToken)).toEqual({
      id: first.merchantId,
      businessName: 'Hillside Farm and Bakery',
    })
    await expect(square.exchangeCode({}, code)).rejects.toMatchObject({ code: 'ERR_UPSTREAM_UNAUTHORIZED' })
  })

  test('an expired token is an authorisation error until it is refreshed', async () => {
    const shortClock = manualClock(clock.wallTime())
    await using short = await startSimulators({ clock: shortClock, square: { accessTokenLifetime: '1h' } })
    const client = squareClient(short)
    const code = (await consent(client.authorizeUrl('s'))).searchParams.get('code') ?? ''
    const old = await client.exchangeCode({}, code)
    await shortClock.advance(3_600_000)
    await expect(client.listLocations({}, old.accessToken)).rejects.toMatchObject({
      code: 'ERR_UPSTREAM_UNAUTHORIZED',
      details: { errors: [{ category: 'AUTHENTICATION_ERROR', code: 'ACCESS_TOKEN_EXPIRED' }] },
    })
    const renewed = await client.refresh({}, old.refreshToken)
    expect(await client.listLocations({}, renewed.accessToken)).toHaveLength(3)
  })

  test('after a revocation neither token works', async () => {
    await using other = await startSimulators({ clock })
    const client = squareClient(other)
    const code = (await consent(client.authorizeUrl('s'))).searchParams.get('code') ?? ''
    const granted = await client.exchangeCode({}, code)
    await client.revoke({}, granted.accessToken)
    const unauthorized = { code: 'ERR_UPSTREAM_UNAUTHORIZED' }
    await expect(client.merchant({}, granted.accessToken)).rejects.toMatchObject(unauthorized)
    await expect(client.refresh({}, granted.refreshToken)).rejects.toMatchObject(unauthorized)
  })

  test('no error holds a token or the secret', async () => {
    const error: unknown = await square.merchant({}, 'EAAAtop-secret').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_UPSTREAM_UNAUTHORIZED' })
    const shown = `${(error as Error).message} ${JSON.stringify(error)}`
    expect(shown).not.toMatch(/top-secret|sq0csb/)
  })
})

describe('SquareClient data', () => {
  test('locations have a place and a time zone', async () => {
    const locations = await square.listLocations({}, tokens.accessToken)
    expect(locations.map(({ name }) => name)).toEqual(simulators.world.venues.map(({ name }) => name))
    expect(locations[0]).toMatchObject({
      isActive: true,
      timeZone: 'America/New_York',
      place: { latitude: 41.927 },
    })
  })

  test('the catalogue comes whole, with prices in cents and named categories', async () => {
    const products: SquareProduct[] = []
    const categories = new Map<string, string>()
    for await (const page of eachPage((cursor) => square.listCatalog({}, tokens.accessToken, cursor), 100)) {
      products.push(...page.products)
      for (const [id, name] of page.categories) categories.set(id, name)
    }
    const read = products.map(({ name, priceCents, categoryId }) => ({
      name,
      priceCents,
      category: categories.get(categoryId ?? ''),
    }))
    expect(read).toEqual(
      simulators.world.products.map(({ name, priceCents, category }) => ({ name, priceCents, category })),
    )
  })

  test('orders of a day come once each over pages and add up to what was sold', async () => {
    const { world } = simulators
    const locations = await square.listLocations({}, tokens.accessToken)
    const query = {
      locationIds: locations.map(({ id }) => id),
      closedFrom: '2026-02-28T05:00:00Z',
      closedTo: '2026-03-01T04:59:59Z',
      limit: 10,
    }
    const orders: SquareOrder[] = []
    const search = (cursor: string | undefined) =>
      square.searchOrders({}, tokens.accessToken, { ...query, cursor })
    for await (const page of eachPage(search, 100)) orders.push(...page.orders)
    expect(new Set(orders.map(({ id }) => id)).size).toBe(orders.length)
    expect(orders.length).toBeGreaterThan(10)
    const venue = world.venues[0]
    if (venue === undefined) throw new Error('the world is empty')
    for (const product of world.products) {
      const lines = orders.flatMap((order) => order.lines).filter((line) => line.name === product.name)
      expect(lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(
        world.sales(product, venue, '2026-02-28'),
      )
      for (const line of lines) expect(line.totalCents).toBe(line.quantity * product.priceCents)
    }
  })

  test('what came back is a line below zero', async () => {
    await using returning = await startSimulators({ clock, square: { returnShare: 0.3 } })
    const client = squareClient(returning)
    const locations = await client.listLocations({}, tokens.accessToken)
    const locationIds = locations.map(({ id }) => id)
    const { orders } = await client.searchOrders({}, tokens.accessToken, {
      locationIds,
      closedFrom: '2026-03-07T00:00:00Z',
    })
    const returned = orders.flatMap((order) => order.lines).filter((line) => line.quantity < 0)
    expect(returned.length).toBeGreaterThan(0)
    for (const line of returned)
      expect([line.quantity, line.totalCents]).toEqual([-1, -(line.unitPriceCents ?? 0)])
  })

  test('a search that Square refuses names the field', async () => {
    const locationIds = Array.from({ length: 11 }, (_, index) => `L${index}`)
    const refused = square.searchOrders({}, tokens.accessToken, {
      locationIds,
      closedFrom: '2026-02-28T05:00:00Z',
    })
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_UPSTREAM_REFUSED',
      message: expect.stringContaining('location_ids') as string,
    })
  })
})
