import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { beginSquareSync, squareNames, squareStatus } from '../src/data/index.ts'
import { dayMs, startRig, type Rig } from './marketprep-rig.ts'
import type { Intercept } from './square-proxy.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ square: { historyWeeks: 3, lateShare: 0.2 } })
})
afterEach(() => {
  rig.square.reset()
  rig.simulators.setFault('square', undefined)
  rig.parts.dependencies.square.reset()
})
afterAll(() => rig[Symbol.asyncDispose]())

const statusOf = (vendorId: string) => rig.db.as(vendorId, squareStatus)
const searches = () => rig.square.calls.filter(({ path }) => path === '/v2/orders/search')
const small =
  (limit: number) =>
  ({ body }: { readonly body: unknown }) => ({ ...(body as object), limit })

/** Every order search from the n-th on fails. */
function failFrom(nth: number, answer: { status: number; body: unknown }): Intercept {
  let seen = 0
  return ({ path }) => (path === '/v2/orders/search' && ++seen >= nth ? answer : undefined)
}

test('sync: products, venues and orders come in once, however often it runs', async () => {
  const vendor = await rig.addSeller('Once')
  const first = await rig.parts.sync.run(vendor)
  const sales = await rig.salesOf(vendor)
  expect(first).toEqual({ outcome: 'synchronised', linesAdded: sales.size })
  expect(sales.size).toBeGreaterThan(200)
  const names = await rig.db.as(vendor, squareNames)
  expect([names.products.size, names.venues.size]).toEqual([8, 3])
  const orders = new Set([...sales.keys()].map((line) => line.split('/')[0]))
  expect(await statusOf(vendor)).toMatchObject({ sync: 'idle', ordersSynced: orders.size, note: null })

  expect(await rig.parts.sync.run(vendor)).toEqual({ outcome: 'synchronised', linesAdded: 0 })
  expect(await rig.salesOf(vendor)).toEqual(sales)
  expect(await statusOf(vendor)).toMatchObject({ ordersSynced: orders.size })
})

test('sync: a failure in the middle of paging loses nothing and doubles nothing', async () => {
  const whole = await rig.addSeller('Whole')
  await rig.parts.sync.run(whole)
  const vendor = await rig.addSeller('CutOff')
  rig.square.rewriteRequest = (call) => (call.path === '/v2/orders/search' ? small(50)(call) : call.body)
  rig.square.intercept = failFrom(4, { status: 400, body: { errors: [] } })
  await expect(rig.parts.sync.run(vendor)).rejects.toMatchObject({ code: 'ERR_UPSTREAM_REFUSED' })
  const part = await rig.salesOf(vendor)
  expect(part.size).toBeGreaterThan(100)
  expect(await statusOf(vendor)).toMatchObject({
    sync: 'failed',
    lastSyncAt: null,
    note: 'The last synchronisation failed (ERR_UPSTREAM_REFUSED); the next one goes on.',
  })
  rig.square.intercept = undefined
  const { linesAdded } = (await rig.parts.sync.run(vendor)) as { linesAdded: number }
  const all = await rig.salesOf(vendor)
  expect(part.size + linesAdded).toBe(all.size)
  expect(all).toEqual(await rig.salesOf(whole))
})

test('sync: orders taken offline are found by a later run', async () => {
  // The day after the market: its late orders are still to come.
  const weekday = new Date(rig.clock.wallTime()).getUTCDay()
  rig.clock.shift(((7 - weekday) % 7) * dayMs)
  const vendor = await rig.addSeller('Late')
  await rig.parts.sync.run(vendor)
  const before = await rig.salesOf(vendor)
  rig.clock.shift(2 * dayMs)
  await rig.parts.sync.run(vendor)
  const today = new Date(rig.clock.wallTime() - 2 * dayMs).toISOString().slice(0, 10)
  const days = await rig.db.as(vendor, (tx) =>
    tx.selectFrom('marketprep.sales').select(['source_line', 'sold_on']).execute(),
  )
  const late = days.filter(({ source_line, sold_on }) => !before.has(source_line) && String(sold_on) < today)
  expect(late.length).toBeGreaterThan(0)
})

test('sync: one run of a vendor at a time; a run whose process died is taken over', async () => {
  const vendor = await rig.addSeller('Twice')
  let meanwhile: unknown
  rig.square.intercept = async () => {
    rig.square.intercept = undefined
    meanwhile = await rig.parts.sync.run(vendor)
    return undefined
  }
  expect(await rig.parts.sync.run(vendor)).toMatchObject({ outcome: 'synchronised' })
  expect(meanwhile).toEqual({ outcome: 'busy' })

  const at = (ms: number) => new Date(rig.clock.wallTime() + ms).toISOString()
  const claim = { startedAt: at(0), staleBefore: at(0) }
  await rig.db.as(vendor, (tx) => beginSquareSync(tx, claim))
  expect(await rig.parts.sync.run(vendor)).toEqual({ outcome: 'busy' })
  expect(await rig.parts.sync.run(vendor, { takeOver: true })).toMatchObject({ outcome: 'synchronised' })
  await rig.db.as(vendor, (tx) => beginSquareSync(tx, claim))
  rig.clock.shift(11 * 60_000)
  expect(await rig.parts.sync.run(vendor)).toMatchObject({ outcome: 'synchronised' })
})

test('sync: an abort ends it at once and says so', async () => {
  const vendor = await rig.addSeller('Aborted')
  const stop = new AbortController()
  rig.square.intercept = ({ path }) => {
    if (path === '/v2/orders/search') stop.abort()
    return undefined
  }
  await expect(rig.parts.sync.run(vendor, { signal: stop.signal })).rejects.toMatchObject({
    name: 'AbortError',
  })
  expect(await statusOf(vendor)).toMatchObject({
    sync: 'failed',
    note: 'The last synchronisation was interrupted; the next one goes on.',
  })
})

test('sync: answers of another form are a failure with the difference, and nothing of them is stored', async () => {
  const vendor = await rig.addSeller('Schema')
  rig.square.rewriteAnswer = ({ path }, body) => {
    if (path !== '/v2/orders/search') return body
    const orders = (body as { orders: object[] }).orders.map((order) => ({ ...order, line_items: 'none' }))
    return { orders }
  }
  await expect(rig.parts.sync.run(vendor)).rejects.toMatchObject({
    code: 'ERR_SCHEMA_MISMATCH',
    message: expect.stringContaining('/orders/0/line_items must be array'),
    details: { differences: expect.arrayContaining([expect.objectContaining({ received: 'string' })]) },
  })
  expect((await rig.salesOf(vendor)).size).toBe(0)
  rig.parts.learning.synchronise(vendor)
  await rig.parts.background.idle()
  expect(JSON.stringify(rig.log)).toMatch(/Background work failed.*\/orders\/0\/line_items must be array/)
})

test.each([
  [{ kind: 'garbage' }, 'ERR_ANSWER_NOT_JSON'],
  [{ kind: 'reset' }, 'ERR_UPSTREAM_CONNECTION'],
  [{ kind: 'error', status: 503, share: 1 }, 'ERR_UPSTREAM_STATUS'],
] as const)('sync: %o is tried again, then recorded', async (fault, code) => {
  const vendor = await rig.addSeller(`Fault${code}`)
  rig.simulators.setFault('square', fault)
  await expect(rig.parts.sync.run(vendor)).rejects.toMatchObject({ code })
  expect(rig.square.calls.filter(({ path }) => path === '/v2/locations')).toHaveLength(3)
  expect((await statusOf(vendor)).note).toContain(code)
})

test('sync: waits as long as Square asks for after 429', async () => {
  const vendor = await rig.addSeller('Limited')
  const times: number[] = []
  rig.square.intercept = ({ path }) => {
    if (path !== '/v2/locations') return undefined
    times.push(performance.now())
    return times.length > 1
      ? undefined
      : { status: 429, body: { errors: [] }, headers: { 'retry-after': '1' } }
  }
  expect(await rig.parts.sync.run(vendor)).toMatchObject({ outcome: 'synchronised' })
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(990)
})

test('sync: vendors at the same time stay apart', async () => {
  const [a, b] = [await rig.addSeller('TenantA'), await rig.addSeller('TenantB')]
  rig.square.rewriteAnswer = undefined
  const runs = await Promise.all([rig.parts.sync.run(a), rig.parts.sync.run(b)])
  expect(runs.map(({ outcome }) => outcome)).toEqual(['synchronised', 'synchronised'])
  const [ofA, ofB] = [await rig.db.as(a, squareNames), await rig.db.as(b, squareNames)]
  const shared = [...ofA.products.values()].filter((id) => [...ofB.products.values()].includes(id))
  expect(shared).toEqual([])
  expect((await rig.salesOf(a)).size).toBe((await rig.salesOf(b)).size)
})

test('sync: the n-th search asks for at most ten locations, and all are asked for', async () => {
  const vendor = await rig.addSeller('Many')
  const extra = Array.from({ length: 9 }, (_, index) => ({
    id: `LEXTRA${index}`,
    name: `Pop-up ${index}`,
    timezone: 'America/New_York',
    coordinates: { latitude: 42, longitude: -74 },
  }))
  rig.square.rewriteAnswer = ({ path }, body) =>
    path === '/v2/locations'
      ? { locations: [...extra, ...(body as { locations: object[] }).locations] }
      : body
  rig.square.intercept = ({ path, body }) => {
    if (path !== '/v2/orders/search') return undefined
    return idsOf(body).some((id) => !id.startsWith('LEXTRA')) ? undefined : { status: 200, body: {} }
  }
  rig.square.rewriteRequest = ({ path, body }) =>
    path === '/v2/orders/search'
      ? { ...(body as object), location_ids: idsOf(body).filter((id) => !id.startsWith('LEXTRA')) }
      : body
  await rig.parts.sync.run(vendor)
  const asked = searches().map(({ body }) => idsOf(body))
  expect(Math.max(...asked.map((ids) => ids.length))).toBe(10)
  expect(new Set(asked.flat()).size).toBe(12)
  const venues = await rig.db.as(vendor, (tx) =>
    tx.selectFrom('marketprep.sales').select('venue_id').distinct().execute(),
  )
  expect(venues).toHaveLength(3)
})

const idsOf = (body: unknown): readonly string[] => (body as { location_ids: string[] }).location_ids

interface CatalogBody {
  readonly objects?: readonly {
    readonly id: string
    readonly type: string
    readonly item_data?: { name: string }
  }[]
}

test('sync: lines of unknown variations are left out, and a renamed product is the same product', async () => {
  const vendor = await rig.addSeller('Renamed')
  const withItems = (change: (name: string) => string | undefined) => {
    rig.square.rewriteAnswer = ({ path }, body) => {
      if (path !== '/v2/catalog/list') return body
      const objects = (body as CatalogBody).objects?.flatMap((object) => {
        if (object.item_data === undefined) return [object]
        const name = change(object.item_data.name)
        return name === undefined ? [] : [{ ...object, item_data: { ...object.item_data, name } }]
      })
      return { ...(body as object), objects }
    }
  }
  const products = () =>
    rig.db.as(vendor, (tx) =>
      tx.selectFrom('marketprep.products').select(['id', 'name']).orderBy('name').execute(),
    )
  withItems((name) => (name === 'Apple Cider' ? undefined : name))
  await rig.parts.sync.run(vendor)
  const before = await products()
  const some = (await rig.salesOf(vendor)).size
  expect(before).toHaveLength(7)

  withItems((name) => (name === 'Fresh Lemonade' ? 'Eggs' : name === 'Free-range Eggs' ? 'Eggs' : name))
  await rig.parts.sync.run(vendor)
  const after = await products()
  const idOf = (list: typeof before, name: string) => list.find((each) => each.name === name)?.id
  expect(after).toHaveLength(8)
  // The first of the two takes the name; the other keeps its own, because names must differ.
  const renamed = idOf(after, 'Eggs')
  expect([idOf(before, 'Free-range Eggs'), idOf(before, 'Fresh Lemonade')]).toContain(renamed)
  expect((await rig.salesOf(vendor)).size).toBeGreaterThanOrEqual(some)
})

test('sync: two new products of one name are two products', async () => {
  const vendor = await rig.addSeller('SameName')
  rig.square.rewriteAnswer = ({ path }, body) =>
    path === '/v2/catalog/list'
      ? {
          ...(body as object),
          objects: (body as CatalogBody).objects?.map((object) =>
            object.item_data === undefined
              ? object
              : { ...object, item_data: { ...object.item_data, name: 'Pie' } },
          ),
        }
      : body
  await rig.parts.sync.run(vendor)
  expect((await rig.db.as(vendor, squareNames)).products.size).toBe(8)
})
