import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateOf } from './calendar.ts'
import { packSales, unpackSales } from './sales-transfer.ts'
import type { SaleDay } from './types.ts'

const amount = fc.integer({ min: 0, max: 10_000 })
const weather = fc.record(
  {
    temperatureMaxC: fc.double({ min: -30, max: 45, noNaN: true }),
    precipitationMm: fc.double({ min: 0, max: 90, noNaN: true }),
    code: fc.integer({ min: 0, max: 99 }),
    precipitationProbability: amount,
  },
  { requiredKeys: ['temperatureMaxC', 'precipitationMm', 'code'], noNullPrototype: true },
)
const sale = fc.record(
  {
    productId: fc.string(),
    category: fc.string(),
    venueId: fc.string(),
    date: fc.integer({ min: 0, max: 40_000 }).map(dateOf),
    quantity: amount,
    priceCents: amount,
    weather,
    event: fc.record({ attendance: amount }, { noNullPrototype: true }),
  },
  {
    requiredKeys: ['productId', 'category', 'venueId', 'date', 'quantity', 'priceCents'],
    noNullPrototype: true,
  },
)

test('unpackSales: takes back what packSales packed, through a structured clone', () => {
  fc.assert(
    fc.property(fc.array(sale), (sales) => {
      const packed = packSales(sales as readonly SaleDay[])
      const moved = structuredClone(packed, { transfer: [packed.numbers.buffer] })
      expect(unpackSales(moved)).toStrictEqual(sales)
      expect(packed.numbers.byteLength).toBe(0)
    }),
  )
})
