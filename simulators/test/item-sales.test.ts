import { manualClock } from 'seaworthy/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Simulators, startSimulators } from '../src/index.ts'
import { datesBetween } from '../src/world/index.ts'
import { call } from './square-session.ts'

let simulators: Simulators

beforeAll(async () => {
  simulators = await startSimulators({ clock: manualClock(Date.UTC(2026, 2, 14, 16)) })
})

afterAll(() => simulators.stop())

function download(query: object): ReturnType<typeof call<string>> {
  return call<string>(
    `${simulators.baseUrl('square')}/dashboard/items.csv?${new URLSearchParams({ ...query })}`,
  )
}

test('item sales: the download has a line for each product of each sale, and adds up to what was sold', async () => {
  const { body, headers } = await download({ from: '2026-01-01', to: '2026-02-28' })
  expect(headers.get('content-type')).toContain('text/csv')
  const [titles = [], ...rows] = body
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','))
  const at = (name: string): number => titles.indexOf(name)
  expect(titles).toHaveLength(35)
  expect(rows.every((row) => row.length === 35)).toBe(true)
  const { world } = simulators
  for (const venue of world.venues) {
    for (const product of world.products) {
      const own = rows.filter((row) => row[at('Item')] === product.name && row[at('Location')] === venue.name)
      const sold = own.reduce((sum, row) => sum + Number(row[at('Qty')]), 0)
      const revenue = own.reduce((sum, row) => sum + Number((row[at('Net Sales')] ?? '').slice(1)), 0)
      const truth = [...datesBetween('2026-01-01', '2026-02-28')].reduce(
        (sum, date) => sum + world.sales(product, venue, date),
        0,
      )
      expect(sold).toBe(truth)
      expect(revenue).toBeCloseTo((truth * product.priceCents) / 100)
    }
  }
})

test('item sales: a year of them is more than 5,000 lines', async () => {
  expect((await download({})).body.split('\r\n').length).toBeGreaterThan(5_000)
})

test.each([
  [{ merchant: 'nobody' }, 'merchant'],
  [{ from: 'x' }, 'from'],
  [{ to: '2026-03-14' }, 'to'],
  [{ from: '2020-01-01' }, 'from'],
])('item sales: a wrong request is refused with its field: %j', async (query, field) => {
  const { status, body } = await download(query)
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ field }] })
})
