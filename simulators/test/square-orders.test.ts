import { manualClock } from 'seaworthy/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulators, startSimulators } from '../src/index.ts'
import {
  allOrders,
  api,
  call,
  connect,
  type ErrorBody,
  type Order,
  type OrdersBody,
  type TokenBody,
} from './square-session.ts'

interface CatalogBody {
  readonly objects?: readonly {
    readonly id: string
    readonly type: string
    readonly item_data?: {
      readonly name: string
      readonly variations: readonly {
        readonly id: string
        readonly item_variation_data: { readonly price_money: { readonly amount: number } }
      }[]
    }
  }[]
  readonly cursor?: string
}

const nowMs = Date.UTC(2026, 2, 14, 20)
let simulators: Simulators
let session: TokenBody
let locations: readonly string[]

beforeAll(async () => {
  simulators = await startSimulators({ clock: manualClock(nowMs), square: { historyWeeks: 20 } })
  session = await connect(simulators)
  const answer = await api<{ locations: { id: string; timezone: string }[] }>(
    simulators,
    session.access_token,
    {
      path: '/v2/locations',
    },
  )
  locations = answer.body.locations.map(({ id }) => id)
})

afterAll(() => simulators.stop())

function search<Body = OrdersBody>(body: object): ReturnType<typeof api<Body>> {
  return api<Body>(simulators, session.access_token, { path: '/v2/orders/search', body })
}

function closedBetween(start_at: string, end_at?: string, states = ['COMPLETED']): object {
  return {
    filter: { date_time_filter: { closed_at: { start_at, end_at } }, state_filter: { states } },
    sort: { sort_field: 'CLOSED_AT', sort_order: 'ASC' },
  }
}

async function catalogItems(): Promise<NonNullable<CatalogBody['objects']>> {
  const objects: NonNullable<CatalogBody['objects']>[number][] = []
  let cursor: string | undefined
  do {
    const path = `/v2/catalog/list?types=ITEM${cursor === undefined ? '' : `&cursor=${cursor}`}`
    const { body } = await api<CatalogBody>(simulators, session.access_token, { path })
    expect(body.objects?.length).toBeLessThanOrEqual(5)
    objects.push(...(body.objects ?? []))
    cursor = body.cursor
  } while (cursor !== undefined)
  return objects
}

describe('Square catalogue', () => {
  test('pages through each item once, with its price in cents', async () => {
    const items = await catalogItems()
    expect(items.map((item) => item.item_data?.name).toSorted()).toEqual(
      simulators.world.products.map(({ name }) => name).toSorted(),
    )
    const loaf = items.find((item) => item.item_data?.name === 'Sourdough Loaf')
    expect(loaf?.item_data?.variations[0]?.item_variation_data.price_money.amount).toBe(850)
  })

  test('refuses an unknown type and a foreign cursor', async () => {
    for (const query of ['types=THING', 'types=ITEM&cursor=abc']) {
      const { status, body } = await api<ErrorBody>(simulators, session.access_token, {
        path: `/v2/catalog/list?${query}`,
      })
      expect(status).toBe(400)
      expect(body.errors[0]?.category).toBe('INVALID_REQUEST_ERROR')
    }
  })
})

describe('Square orders search', () => {
  test('the completed orders of a market day add up to what the world sold', async () => {
    const { world } = simulators
    const nameOf = new Map(
      (await catalogItems()).map((item) => [item.item_data?.variations[0]?.id, item.item_data?.name]),
    )
    for (const [index, venue] of world.venues.entries()) {
      const orders = await allOrders(simulators, session.access_token, {
        location_ids: [locations[index]],
        query: closedBetween('2026-02-01T05:00:00Z', '2026-03-01T05:00:00Z'),
      })
      const sold = new Map<string, number>()
      for (const line of orders.flatMap((order) => order.line_items ?? [])) {
        const name = nameOf.get(line.catalog_object_id) ?? 'unknown'
        sold.set(name, (sold.get(name) ?? 0) + Number(line.quantity))
      }
      const days = Array.from({ length: 28 }, (_, day) => `2026-02-${String(day + 1).padStart(2, '0')}`)
      for (const product of world.products) {
        const truth = days.reduce((sum, date) => sum + world.sales(product, venue, date), 0)
        expect(sold.get(product.name) ?? 0).toBe(truth)
      }
    }
  })

  test('an order is priced in cents and has 1 to 4 different products', async () => {
    const { body } = await search({ location_ids: locations, query: closedBetween('2026-03-01T00:00:00Z') })
    for (const order of body.orders ?? []) {
      const lines = order.line_items ?? []
      expect(lines.length).toBeGreaterThanOrEqual(1)
      expect(lines.length).toBeLessThanOrEqual(4)
      expect(new Set(lines.map((line) => line.catalog_object_id)).size).toBe(lines.length)
      const total = lines.reduce((sum, line) => sum + Number(line.quantity) * line.base_price_money.amount, 0)
      expect(order.total_money).toEqual({ amount: total, currency: 'USD' })
    }
    expect(body.orders?.length).toBeGreaterThan(50)
  })

  test('pages in either direction hold each order once and in order', async () => {
    const query = (sort_order: string): object => ({
      ...closedBetween('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'),
      sort: { sort_field: 'CLOSED_AT', sort_order },
    })
    const ids = async (sort_order: string, limit: number): Promise<readonly string[]> =>
      (
        await allOrders(simulators, session.access_token, {
          location_ids: locations,
          limit,
          query: query(sort_order),
        })
      ).map(({ id }) => id)
    const whole = await ids('ASC', 1_000)
    const pieces = await ids('ASC', 37)
    expect(new Set(whole).size).toBe(whole.length)
    expect(pieces).toEqual(whole)
    expect((await ids('DESC', 101)).toReversed()).toEqual(whole)
  })

  test('a time range is inclusive and sorted', async () => {
    const { body } = await search({ location_ids: locations, query: closedBetween('2026-03-01T00:00:00Z') })
    const times = (body.orders ?? []).map((order) => order.closed_at)
    expect(times).toEqual(times.toSorted())
    const exact = await search({ location_ids: locations, query: closedBetween(times[3] ?? '', times[3]) })
    expect(exact.body.orders?.map((order) => order.closed_at)).toEqual([times[3]])
  })

  test('cancelled orders come only when asked for', async () => {
    const states = async (wanted: string[]): Promise<Set<string>> => {
      const query = closedBetween('2025-12-01T00:00:00Z', '2026-03-01T00:00:00Z', wanted)
      const orders = await allOrders(simulators, session.access_token, { location_ids: locations, query })
      return new Set(orders.map(({ state }) => state))
    }
    expect(await states(['COMPLETED'])).toEqual(new Set(['COMPLETED']))
    expect(await states(['CANCELED'])).toEqual(new Set(['CANCELED']))
    expect(await states(['COMPLETED', 'CANCELED'])).toEqual(new Set(['COMPLETED', 'CANCELED']))
  })

  test('orders taken offline appear later, within 72 hours, with their old times', async () => {
    const seenAt = async (wallMs: number): Promise<ReadonlyMap<string, Order>> => {
      await using later = await startSimulators({ clock: manualClock(wallMs) })
      const { access_token } = await connect(later)
      const query = closedBetween('2026-02-28T00:00:00Z', '2026-03-02T00:00:00Z')
      const orders = await allOrders(later, access_token, { location_ids: locations, query })
      return new Map(orders.map((order) => [order.id, order]))
    }
    const eveningMs = Date.parse('2026-03-01T23:00:00Z')
    const [soon, afterwards, muchLater] = [
      await seenAt(eveningMs),
      await seenAt(eveningMs + 72 * 3_600_000),
      await seenAt(eveningMs + 500 * 3_600_000),
    ]
    expect(afterwards.size).toBeGreaterThan(soon.size)
    expect(muchLater.size).toBe(afterwards.size)
    for (const [id, order] of soon) expect(afterwards.get(id)).toEqual(order)
  })

  test('what came back is an order of its own, with returns in place of line items', async () => {
    await using returning = await startSimulators({ clock: manualClock(nowMs), square: { returnShare: 0.2 } })
    const { access_token } = await connect(returning)
    const query = closedBetween('2026-02-28T05:00:00Z', '2026-03-01T05:00:00Z')
    const orders = await allOrders(returning, access_token, { location_ids: locations, query })
    const returns = orders.filter((order) => order.returns !== undefined)
    expect(returns.length).toBeGreaterThan(0)
    for (const order of returns) {
      const sale = orders.find(({ id }) => id === order.returns?.[0]?.source_order_id)
      const returned = order.returns?.[0]?.return_line_items[0]
      expect(sale?.line_items?.map((line) => line.catalog_object_id)).toContain(returned?.catalog_object_id)
      expect([order.line_items, order.total_money, returned?.quantity]).toEqual([undefined, undefined, '1'])
      expect(order.closed_at > (sale?.closed_at ?? '')).toBe(true)
    }
  })

  test('answers without a match have no orders field', async () => {
    const { status, body } = await search({
      location_ids: locations,
      query: closedBetween('2026-03-09T00:00:00Z', '2026-03-09T01:00:00Z'),
    })
    expect([status, body]).toEqual([200, {}])
  })

  test.each([
    ['no locations', {}, 'location_ids'],
    ['too many locations', { location_ids: Array.from({ length: 11 }, () => 'L') }, 'location_ids'],
    ['limit too high', { location_ids: ['L'], limit: 1_001 }, 'limit'],
    ['limit of a wrong type', { location_ids: ['L'], limit: '5' }, 'limit'],
    [
      'sort by another field',
      { location_ids: ['L'], query: { filter: { date_time_filter: { closed_at: {} } } } },
      'query.sort.sort_field',
    ],
    [
      'open orders by closing time',
      {
        location_ids: ['L'],
        query: { filter: { state_filter: { states: ['OPEN'] } }, sort: { sort_field: 'CLOSED_AT' } },
      },
      'query.sort.sort_field',
    ],
    [
      'unknown state',
      { location_ids: ['L'], query: { filter: { state_filter: { states: ['DONE'] } } } },
      'query.filter.state_filter.states',
    ],
    [
      'a time that is none',
      {
        location_ids: ['L'],
        query: { filter: { date_time_filter: { created_at: { start_at: 'yesterday' } } } },
      },
      'query.filter.date_time_filter.created_at.start_at',
    ],
    ['a foreign cursor', { location_ids: ['own'], cursor: 'abc' }, 'cursor'],
  ])('refuses %s and names the field', async (_, body, field) => {
    const own = JSON.stringify(body).replace('"own"', `"${locations[0]}"`)
    const { status, body: answer } = await search<ErrorBody>(JSON.parse(own) as object)
    expect(status).toBe(400)
    expect(answer.errors[0]).toMatchObject({ category: 'INVALID_REQUEST_ERROR', field })
  })

  test("another seller's location is forbidden", async () => {
    const other = await connect(simulators, { merchant: 'MVALLYFLWRS02' })
    const path = '/v2/orders/search'
    const body = { location_ids: [locations[0]] }
    expect((await api(simulators, other.access_token, { path, body })).status).toBe(403)
  })

  test('a cursor does not serve another query', async () => {
    const first = await search({ location_ids: locations, limit: 5 })
    const second = await search({ location_ids: locations.slice(1), limit: 5, cursor: first.body.cursor })
    expect(second.status).toBe(400)
  })

  test('a token above its rate is told so', async () => {
    await using limited = await startSimulators({
      clock: manualClock(nowMs),
      square: { requestsPerSecond: 2 },
    })
    const { access_token } = await connect(limited)
    const statuses: number[] = []
    for (let i = 0; i < 3; i++)
      statuses.push((await api(limited, access_token, { path: '/v2/locations' })).status)
    expect(statuses).toEqual([200, 200, 429])
  })

  test('unknown paths and bodies that are not JSON are refused', async () => {
    const url = `${simulators.baseUrl('square')}/v2/orders/search`
    const headers = { authorization: `Bearer ${session.access_token}` }
    expect((await call(url, { method: 'POST', headers, body: '{' })).status).toBe(400)
    expect((await call(`${simulators.baseUrl('square')}/v3/x`, { headers })).status).toBe(404)
    expect((await call(url, { method: 'POST', headers, body: 'x'.repeat(300_000) })).status).toBe(413)
  })
})
