import { seededRandom, type SeededRandom } from 'seaworthy/core'
import { addDays } from '../data/sales-stats.ts'

/** The columns of Square's "Items detail" export, in its order. */
export const squareExportHeader =
  'Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,' +
  'Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,' +
  'Customer Reference ID,Unit,Count,Itemization Type,Fulfillment Note,Channel'

export interface SampleCsvOptions {
  readonly seed: number | string
  /** The last market day, 'YYYY-MM-DD'; the others are every 7 days before it. */
  readonly lastDay: string
  /** Market days. Default 52. */
  readonly weeks?: number
  /** The name of the venue. Default 'Riverside Market'. */
  readonly location?: string
}

interface SampleProduct {
  readonly item: string
  readonly pricePoint: string
  readonly category: string
  readonly priceCents: number
  /** Sold on a usual day. */
  readonly usual: number
  /** The month of the best sales, 1 to 12; 0 for all the year. */
  readonly peakMonth: number
}

const products: readonly SampleProduct[] = [
  {
    item: 'Heirloom tomatoes',
    pricePoint: '1 lb',
    category: 'Vegetables',
    priceCents: 450,
    usual: 18,
    peakMonth: 8,
  },
  {
    item: 'Sweet corn',
    pricePoint: 'Half dozen',
    category: 'Vegetables',
    priceCents: 400,
    usual: 14,
    peakMonth: 8,
  },
  {
    item: 'Salad greens',
    pricePoint: 'Bag',
    category: 'Vegetables',
    priceCents: 500,
    usual: 16,
    peakMonth: 5,
  },
  { item: 'Carrots', pricePoint: 'Bunch', category: 'Vegetables', priceCents: 350, usual: 12, peakMonth: 10 },
  { item: 'Strawberries', pricePoint: 'Pint', category: 'Fruit', priceCents: 600, usual: 15, peakMonth: 6 },
  { item: 'Apples', pricePoint: '3 lb', category: 'Fruit', priceCents: 700, usual: 12, peakMonth: 10 },
  {
    item: 'Sourdough loaf',
    pricePoint: 'Regular',
    category: 'Bakery',
    priceCents: 850,
    usual: 20,
    peakMonth: 0,
  },
  {
    item: 'Cinnamon roll',
    pricePoint: 'Regular',
    category: 'Bakery',
    priceCents: 450,
    usual: 17,
    peakMonth: 0,
  },
  {
    item: 'Wildflower honey',
    pricePoint: '12 oz',
    category: 'Pantry',
    priceCents: 1_200,
    usual: 5,
    peakMonth: 0,
  },
  { item: 'Eggs', pricePoint: 'Dozen', category: 'Dairy & eggs', priceCents: 750, usual: 16, peakMonth: 0 },
]

/**
 * Sales in the format of Square's export, line by line, oldest first: about 150 lines a market day with seasons, wet
 * days and chance, some refunds, notes with commas, quotes and line breaks. The same seed gives the same file.
 */
export function* sampleCsvLines(options: SampleCsvOptions): Iterable<string> {
  const { seed, lastDay, weeks = 52, location = 'Riverside Market' } = options
  const random = seededRandom(seed)
  yield `${squareExportHeader}\n`
  for (let week = weeks - 1; week >= 0; week--) {
    const day = addDays(lastDay, -7 * week)
    yield* dayLines(random.fork(day), day, location)
  }
}

/** The same as one text. */
export function sampleCsv(options: SampleCsvOptions): string {
  return [...sampleCsvLines(options)].join('')
}

function* dayLines(random: SeededRandom, day: string, location: string): Iterable<string> {
  const weather = random.next() < 0.25 ? 0.7 : 1
  const basket = products.flatMap((product) => {
    const units = random.poisson(product.usual * season(product, day) * weather)
    return Array.from({ length: units }, () => product)
  })
  shuffle(basket, random)
  const stepSeconds = Math.floor((5 * 3_600) / Math.max(1, basket.length))
  for (let i = 0, sale = 0; i < basket.length; sale++) {
    const items = basket.slice(i, i + random.integer(1, 3))
    const at = {
      day,
      seconds: 8 * 3_600 + i * stepSeconds,
      id: `${day.replaceAll('-', '')}T${hex(random)}`,
      location,
    }
    i += items.length
    for (const [product, quantity] of counted(items))
      yield row(product, quantity, { ...at, notes: notes(random) })
    if (random.next() < 0.005 && items[0] !== undefined) {
      yield row(items[0], -1, { ...at, id: `${at.id}R`, notes: '' })
    }
  }
}

interface SaleContext {
  readonly day: string
  readonly seconds: number
  readonly id: string
  readonly location: string
  readonly notes: string
}

function row(product: SampleProduct, quantity: number, sale: SaleContext): string {
  const net = money(product.priceCents * quantity)
  const values: Readonly<Record<string, string>> = {
    Date: sale.day,
    Time: new Date(sale.seconds * 1_000).toISOString().slice(11, 19),
    'Time Zone': 'Central Time (US & Canada)',
    Category: product.category,
    Item: product.item,
    Qty: quantity.toFixed(1),
    'Price Point Name': product.pricePoint,
    'Gross Sales': net,
    Discounts: '$0.00',
    'Net Sales': net,
    Tax: '$0.00',
    'Transaction ID': sale.id,
    'Payment ID': `P${sale.id}`,
    'Device Name': 'Market till',
    Notes: sale.notes,
    Details: `https://squareup.com/dashboard/sales/transactions/${sale.id}`,
    'Event Type': quantity < 0 ? 'Refund' : 'Payment',
    Location: sale.location,
    Count: String(Math.abs(quantity)),
    'Itemization Type': 'Physical Good',
    Channel: sale.location,
  }
  const fields = squareExportHeader.split(',').map((column) => values[column] ?? '')
  return `${fields.map(quoted).join(',')}\n`
}

function season({ peakMonth }: SampleProduct, day: string): number {
  if (peakMonth === 0) return 1
  return 1 + 0.6 * Math.cos(((Number(day.slice(5, 7)) - peakMonth) / 6) * Math.PI)
}

function counted(items: readonly SampleProduct[]): ReadonlyMap<SampleProduct, number> {
  const counts = new Map<SampleProduct, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}

function shuffle(items: unknown[], random: SeededRandom): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.integer(0, i)
    ;[items[i], items[j]] = [items[j], items[i]]
  }
}

function notes(random: SeededRandom): string {
  const chance = random.next()
  if (chance < 0.01) return 'for "the picnic", bag apart'
  return chance < 0.015 ? 'two bags\none for the neighbour' : ''
}

function money(cents: number): string {
  const text = (Math.abs(cents) / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')
  return `${cents < 0 ? '-' : ''}$${text}`
}

function hex(random: SeededRandom): string {
  return Math.floor(random.next() * 2 ** 40)
    .toString(16)
    .toUpperCase()
    .padStart(10, '0')
}

function quoted(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
