import { createHash } from 'node:crypto'
import { nameKey } from '../data/name-key.ts'
import type { CsvRecord } from './csv-reader.ts'
import { readCents, readDecimal, type DecimalMark } from './read-decimal.ts'
import { readDay, type DayReadings } from './read-day.ts'
import type { SquareColumn, SquareColumns } from './square-columns.ts'

/** A row of the export, read. */
export interface SquareSale {
  readonly line: number
  /** The transaction and what was sold in it; equal for equal lines of one transaction. */
  readonly lineGroup: string
  readonly productName: string
  readonly productKey: string
  readonly category: string
  /** An amount typed in at the till is no product to bring. */
  readonly isProduct: boolean
  readonly unitPriceCents: number
  readonly location: string
  readonly days: DayReadings
  /** Below 0 for a refund. */
  readonly quantity: number
  readonly revenueCents: number
}

/** Why a row cannot be taken. */
export class RowFault extends Error {
  readonly column: string | null
  readonly value: string

  constructor(reason: string, column: string | null, value: string) {
    super(reason)
    this.column = column
    this.value = value
  }
}

const [quantityMax, centsMax] = [100_000, 1_000_000_000]

/**
 * Reads one row.
 *
 * @throws RowFault for the first field that cannot be taken
 */
export function readSquareSale(
  record: CsvRecord,
  columns: SquareColumns,
  mark: DecimalMark = '.',
): SquareSale {
  const row = new Row(record, columns)
  if (record.fault !== undefined) throw new RowFault(record.fault, null, record.fields[0] ?? '')
  if (record.fields.length > columns.count) {
    const received = `must have ${columns.count} fields like the header, received ${record.fields.length}`
    throw new RowFault(received, null, record.fields.join(','))
  }
  const days = readDay(row.text('date'))
  if (days === undefined) throw row.fault('date', 'must be a date such as 2026-06-13 or 6/13/2026')
  const [item, pricePoint] = [row.name('item'), row.text('pricePoint')]
  const productName = nameOf(item, pricePoint)
  if (productName.length > 120)
    throw row.fault('item', 'must have at most 120 characters with its price point')
  const transactionId = row.text('transactionId')
  if (transactionId === '' || transactionId.length > 100) {
    throw row.fault('transactionId', 'must be the id of the transaction, 1 to 100 characters')
  }
  const { quantity, revenueCents, isRefund } = readAmounts(row, mark)
  return {
    line: record.line,
    lineGroup: `${transactionId}:${digest([isRefund, item, pricePoint])}`,
    productName,
    productKey: nameKey(productName),
    category: row.text('category').slice(0, 60),
    isProduct: row.text('itemizationType').toLowerCase().replace(/[_ ]/g, '') !== 'customamount',
    unitPriceCents: unitPrice(row, mark, { quantity, revenueCents }),
    location: row.text('location'),
    days,
    quantity,
    revenueCents,
  }
}

/** The fields of one row by column. */
class Row {
  readonly #record: CsvRecord
  readonly #columns: SquareColumns

  constructor(record: CsvRecord, columns: SquareColumns) {
    this.#record = record
    this.#columns = columns
  }

  has(column: SquareColumn): boolean {
    return this.#columns.places.has(column)
  }

  /** A field without blanks around it; empty when the row or the file does not have it. */
  text(column: SquareColumn): string {
    const place = this.#columns.places.get(column)
    const value = place === undefined ? '' : (this.#record.fields[place.index] ?? '').trim()
    if (value.includes('\0')) throw this.fault(column, 'must be text without NUL characters')
    return value
  }

  name(column: SquareColumn): string {
    const value = this.text(column)
    if (value === '') throw this.fault(column, 'must not be empty')
    return value
  }

  fault(column: SquareColumn, reason: string): RowFault {
    const place = this.#columns.places.get(column)
    return new RowFault(reason, place?.title ?? null, this.#record.fields[place?.index ?? -1] ?? '')
  }
}

/** Refunds count below zero, whichever way the export writes their sign. */
function readAmounts(row: Row, mark: DecimalMark) {
  const quantity = readDecimal(row.text('quantity'), mark)
  const cents = readCents(row.text('netSales'), mark)
  if (quantity === undefined || quantity === 0 || Math.abs(quantity) > quantityMax) {
    throw row.fault('quantity', `must be a number above 0 and at most ${quantityMax}`)
  }
  if (cents === undefined || Math.abs(cents) > centsMax) {
    throw row.fault('netSales', 'must be an amount of money such as $1,234.50 or ($3.00)')
  }
  const eventType = row.text('eventType').toLowerCase()
  if (!['', 'payment', 'refund'].includes(eventType))
    throw row.fault('eventType', 'must be Payment or Refund')
  if (eventType === 'payment' && quantity < 0) throw row.fault('quantity', 'must be a number above 0')
  const isRefund = eventType === 'refund' || quantity < 0
  return {
    isRefund,
    quantity: rounded(isRefund ? -Math.abs(quantity) : quantity),
    revenueCents: isRefund ? -Math.abs(cents) : cents,
  }
}

/** What one unit costs before discounts, or what was paid for it when the file does not say. */
function unitPrice(row: Row, mark: DecimalMark, sale: { quantity: number; revenueCents: number }): number {
  const gross = row.has('grossSales') ? readCents(row.text('grossSales'), mark) : undefined
  return Math.min(Math.round(Math.abs((gross ?? sale.revenueCents) / sale.quantity)), 100_000_000)
}

/** Quantities are kept to a thousandth; less than that is not nothing. */
function rounded(quantity: number): number {
  const exact = Math.round(quantity * 1_000) / 1_000
  return exact === 0 ? Math.sign(quantity) / 1_000 : exact
}

/** Square calls the price point of an item that has only one "Regular". */
function nameOf(item: string, pricePoint: string): string {
  return pricePoint === '' || pricePoint.toLowerCase() === 'regular' ? item : `${item}, ${pricePoint}`
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
