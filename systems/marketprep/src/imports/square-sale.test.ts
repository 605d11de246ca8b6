import { expect, test } from 'vitest'
import { readSquareHeader } from './square-columns.ts'
import { readSquareSale, RowFault } from './square-sale.ts'

const good = {
  Location: 'Riverside',
  Date: '2026-06-13',
  Item: 'Tomatoes',
  Qty: '2.0',
  'Price Point Name': '1 lb',
  'Gross Sales': '$9.00',
  'Net Sales': '$8.50',
  'Transaction ID': 'T1',
  'Event Type': 'Payment',
  Category: 'Vegetables',
  'Itemization Type': 'Physical Good',
}
const header = Object.keys(good)
const columns = readSquareHeader(header)

function read(change: Partial<Record<keyof typeof good, string>>) {
  const row: Record<string, string> = { ...good, ...change }
  return readSquareSale({ line: 7, fields: header.map((title) => row[title] ?? '') }, columns)
}

function faultOf(change: Partial<Record<keyof typeof good, string>>): RowFault {
  try {
    read(change)
  } catch (error) {
    if (error instanceof RowFault) return error
    throw error
  }
  throw new Error('The row was taken')
}

test('readSquareSale: a payment, with the price before discounts', () => {
  expect(read({})).toMatchObject({
    line: 7,
    productName: 'Tomatoes, 1 lb',
    productKey: 'tomatoes, 1 lb',
    category: 'Vegetables',
    isProduct: true,
    unitPriceCents: 450,
    location: 'Riverside',
    quantity: 2,
    revenueCents: 850,
  })
})

test('readSquareSale: a refund is below zero, whichever way it is written', () => {
  const refund = { quantity: -2, revenueCents: -850 }
  expect(read({ 'Event Type': 'Refund' })).toMatchObject(refund)
  expect(read({ 'Event Type': 'Refund', 'Net Sales': '($8.50)' })).toMatchObject(refund)
  expect(read({ 'Event Type': 'Refund', Qty: '-2', 'Net Sales': '-$8.50' })).toMatchObject(refund)
  expect(read({ 'Event Type': '', Qty: '-2', 'Net Sales': '-$8.50' })).toMatchObject(refund)
  expect(read({ 'Event Type': 'Refund' }).lineGroup).not.toBe(read({}).lineGroup)
})

test('readSquareSale: the price point "Regular" is no part of the name, a typed amount is no product', () => {
  expect(read({ 'Price Point Name': 'Regular' }).productName).toBe('Tomatoes')
  expect(read({ 'Itemization Type': 'CUSTOM_AMOUNT' }).isProduct).toBe(false)
})

test.each([
  [{ Date: '13th of June' }, 'Date', '13th of June'],
  [{ Qty: '0' }, 'Qty', '0'],
  [{ Qty: '-1' }, 'Qty', '-1'],
  [{ Qty: '1e9' }, 'Qty', '1e9'],
  [{ Qty: '100001' }, 'Qty', '100001'],
  [{ 'Net Sales': 'free' }, 'Net Sales', 'free'],
  [{ Item: ' ' }, 'Item', ' '],
  [{ Item: 'x'.repeat(120) }, 'Item', 'x'.repeat(120)],
  [{ Item: 'a\0b' }, 'Item', 'a\0b'],
  [{ 'Transaction ID': '' }, 'Transaction ID', ''],
  [{ 'Event Type': 'Gift' }, 'Event Type', 'Gift'],
])('readSquareSale: %j names the column and the value', (change, column, value) => {
  expect(faultOf(change)).toMatchObject({ column, value })
})

test('readSquareSale: a row with more fields than the header is refused, one with fewer is taken', () => {
  const fields = header.map((title) => Reflect.get(good, title) as string)
  expect(() => readSquareSale({ line: 2, fields: [...fields, 'x'] }, columns)).toThrow('must have 11 fields')
  expect(readSquareSale({ line: 2, fields: fields.slice(0, 9) }, columns).category).toBe('')
})

test('readSquareHeader: what is missing and what was found is named', () => {
  expect(() => readSquareHeader(['Date', 'Item', 'Foo'])).toThrow(
    /Qty, Transaction ID, Net Sales are missing, received "Date", "Item", "Foo"/,
  )
  expect(() => readSquareHeader([])).toThrow(/an empty file/)
})
