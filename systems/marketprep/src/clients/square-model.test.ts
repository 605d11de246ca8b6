import { expect, test } from 'vitest'
import { catalogPage, orderPage } from './square-model.ts'
import { CatalogAnswer, OrdersAnswer } from './square-schemas.ts'

const money = (amount: number) => ({ amount, currency: 'USD' })

function readOrders(answer: unknown) {
  if (!OrdersAnswer.Check(answer)) throw new Error('the answer does not match')
  return orderPage(answer.orders ?? [], answer.cursor)
}

test('orders: what Square leaves out and what it sends as null mean the same', () => {
  const least = { id: 'o1', location_id: 'l1', created_at: '2026-03-14T12:00:00Z' }
  const nulls = { ...least, closed_at: null, total_money: null, line_items: null, returns: null }
  expect(readOrders({ orders: [nulls], cursor: null })).toEqual(readOrders({ orders: [least] }))
  expect(readOrders({})).toEqual({ orders: [], cursor: undefined })
  expect(readOrders({ cursor: '' }).cursor).toBeUndefined()
})

test('orders: parts of a piece count, a typed amount has no product, returns are below zero', () => {
  const order = {
    id: 'o1',
    location_id: 'l1',
    created_at: '2026-03-14T12:00:00Z',
    line_items: [
      { catalog_object_id: 'v1', name: 'Cheese', quantity: '1.25', base_price_money: money(1_000) },
      { name: 'Custom', quantity: '1', total_money: money(300) },
    ],
    returns: [{ return_line_items: [{ catalog_object_id: 'v1', quantity: '1', total_money: money(1_000) }] }],
  }
  const [read] = readOrders({ orders: [order] }).orders
  expect(
    read?.lines.map(({ variationId, quantity, totalCents }) => [variationId, quantity, totalCents]),
  ).toEqual([
    ['v1', 1.25, 1_250],
    [undefined, 1, 300],
    ['v1', -1, -1_000],
  ])
})

test('orders: a quantity that is no decimal text does not match', () => {
  for (const quantity of [1, '-1', '1e3', '', '1.234567', 'two']) {
    const order = { id: 'o', location_id: 'l', created_at: 't', line_items: [{ quantity }] }
    expect(OrdersAnswer.Check({ orders: [order] })).toBe(false)
  }
})

test('catalogue: an item of several variations is several products, what is deleted or archived is not active', () => {
  const variation = (id: string, name: string, more: object = {}) => ({
    id,
    item_variation_data: { name, price_money: money(500) },
    ...more,
  })
  const answer = {
    objects: [
      { type: 'CATEGORY', id: 'c1', category_data: { name: 'Bakery' } },
      {
        type: 'ITEM',
        id: 'i1',
        item_data: {
          name: 'Loaf',
          reporting_category: { id: 'c1' },
          variations: [variation('v1', 'Small'), variation('v2', 'Large', { is_deleted: true })],
        },
      },
      {
        type: 'ITEM',
        id: 'i2',
        item_data: { name: 'Bun', is_archived: true, variations: [variation('v3', 'Regular')] },
      },
    ],
  }
  if (!CatalogAnswer.Check(answer)) throw new Error('the answer does not match')
  const { products, categories } = catalogPage(answer.objects ?? [], undefined)
  expect(products.map(({ name, isActive, categoryId }) => [name, isActive, categoryId])).toEqual([
    ['Loaf (Small)', true, 'c1'],
    ['Loaf (Large)', false, 'c1'],
    ['Bun', false, undefined],
  ])
  expect(categories.get('c1')).toBe('Bakery')
})
