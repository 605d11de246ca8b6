import { datesBetween, type IsoDate } from '../world/iso-date.ts'
import type { World } from '../world/create-world.ts'
import type { Vendor } from '../world/vendors.ts'
import type { Venue } from '../world/venues.ts'
import { zoneOffsetSeconds } from '../world/zone-offset.ts'
import { squareId } from './object-ids.ts'
import { type BookedOrder, OrderBook } from './order-book.ts'

/** Whose sales, and of which days, first and last included. */
export interface ItemSalesOptions {
  readonly world: World
  readonly vendor: Vendor
  readonly from: IsoDate
  readonly to: IsoDate
}

/** The columns of the "Items detail" export of Square's dashboard, as of 2026. */
const columns = [
  'Date',
  'Time',
  'Time Zone',
  'Category',
  'Item',
  'Qty',
  'Price Point Name',
  'SKU',
  'Modifiers Applied',
  'Gross Sales',
  'Discounts',
  'Net Sales',
  'Tax',
  'Transaction ID',
  'Payment ID',
  'Device Name',
  'Notes',
  'Details',
  'Event Type',
  'Location',
  'Dining Option',
  'Customer ID',
  'Customer Name',
  'Customer Reference ID',
  'Unit',
  'Count',
  'GTIN',
  'Itemization Type',
  'Commission',
  'Employee',
  'Fulfillment Note',
  'Channel',
  'Token',
  'Card Brand',
  'PAN Suffix',
] as const

type Row = Partial<Record<(typeof columns)[number], string>>

/**
 * The lines of the file that a seller downloads as "Items detail" from Square's dashboard: one for each product of each
 * completed order, after a line of titles. Dates and times are the market's own. Each line ends with CRLF.
 */
export function* itemSalesCsv({ world, vendor, from, to }: ItemSalesOptions): Generator<string> {
  const book = new OrderBook(world, { lateShare: 0, returnShare: 0 })
  yield lineOf(Object.fromEntries(columns.map((name) => [name, name])))
  for (const date of datesBetween(from, to)) {
    for (const venue of world.venues) {
      for (const booked of book.on({ vendor, venue, date })) {
        if (booked.order.state === 'COMPLETED') yield* orderLines(booked, vendor, venue)
      }
    }
  }
}

function* orderLines({ order, closedMs }: BookedOrder, vendor: Vendor, venue: Venue): Generator<string> {
  const local = new Date(closedMs + zoneOffsetSeconds(venue.timezone, closedMs) * 1_000).toISOString()
  for (const line of order.line_items ?? []) {
    const product = vendor.products.find(({ name }) => name === line.name)
    yield lineOf({
      Date: local.slice(0, 10),
      Time: local.slice(11, 19),
      'Time Zone': 'Eastern Time (US & Canada)',
      Category: product?.category ?? 'Uncategorized',
      Item: line.name,
      Qty: Number(line.quantity).toFixed(1),
      'Price Point Name': 'Regular',
      SKU: product === undefined ? '' : squareId(8, 'sku', product.id),
      'Gross Sales': dollars(line.total_money.amount),
      Discounts: dollars(0),
      'Net Sales': dollars(line.total_money.amount),
      Tax: dollars(0),
      'Transaction ID': order.id,
      'Payment ID': squareId(22, 'tender', order.id),
      'Device Name': 'Stall tablet',
      'Event Type': 'Payment',
      Location: venue.name,
      Count: '1',
      'Itemization Type': 'Physical Good',
      Commission: dollars(0),
      Channel: venue.name,
    })
  }
}

function lineOf(row: Row): string {
  return `${columns.map((name) => quoted(row[name] ?? '')).join(',')}\r\n`
}

function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2).replaceAll(/\B(?=(\d{3})+\.)/g, ',')}`
}
