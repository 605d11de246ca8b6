import { expect, test } from 'vitest'
import type { SquareOrderLine } from '../clients/square-model.ts'
import { orderLines } from './order-lines.ts'

const names = {
  products: new Map([['V1', 'product-1']]),
  venues: new Map([['L1', { id: 'venue-1', timeZone: 'America/New_York' }]]),
}
const line = (variationId: string | undefined, quantity = 2): SquareOrderLine => ({
  variationId,
  name: 'Plums',
  quantity,
  unitPriceCents: 400,
  totalCents: 400 * quantity,
})
const order = (lines: readonly SquareOrderLine[], locationId = 'L1') => ({
  id: 'O1',
  locationId,
  closedAt: '2026-06-14T02:00:00Z',
  lines,
})

test('orderLines: a line keeps its place in the order as its key, and its day is the day at the venue', () => {
  const lines = orderLines(order([line(undefined), line('unknown'), line('V1', 1.5), line('V1', -1)]), names)
  expect(lines).toEqual([
    {
      sourceLine: 'O1/2',
      productId: 'product-1',
      venueId: 'venue-1',
      soldOn: '2026-06-13',
      quantity: 1.5,
      revenueCents: 600,
    },
    expect.objectContaining({ sourceLine: 'O1/3', quantity: -1, revenueCents: -400 }),
  ])
})

test('orderLines: an order of an unknown location has no venue, and its day is that in UTC', () => {
  expect(orderLines(order([line('V1')], 'L9'), names)).toMatchObject([
    { venueId: null, soldOn: '2026-06-14' },
  ])
})
