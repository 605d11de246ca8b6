import { expect, test } from 'vitest'
import { coverage, stockingCostCents, wape } from './evaluate.ts'

test('wape: all errors by all sales', () => {
  expect(
    wape([
      { expected: 8, sold: 10 },
      { expected: 13, sold: 10 },
    ]),
  ).toBe(25)
  expect(wape([])).toBe(0)
})

test('coverage: both ends belong to the interval', () => {
  const rows = [4, 5, 9, 10].map((sold) => ({ interval80: [5, 9] as const, sold }))
  expect(coverage(rows)).toBe(50)
  expect(coverage([])).toBe(0)
})

test('stockingCostCents: margin for what is missing, waste for what is left', () => {
  const economics = { priceCents: 500, unitCostCents: 200, wasteCostCents: 150 }
  expect(stockingCostCents([{ quantity: 8, demand: 10, economics }])).toBe(600)
  expect(stockingCostCents([{ quantity: 12, demand: 10, economics }])).toBe(300)
  expect(stockingCostCents([{ quantity: 10, demand: 10, economics }])).toBe(0)
})
