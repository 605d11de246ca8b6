import { importError } from './import-errors.ts'

/** The columns of Square's "Items detail" export that an import reads, by the names that exports have had. */
const columnNames = {
  date: ['Date'],
  item: ['Item'],
  quantity: ['Qty', 'Quantity'],
  transactionId: ['Transaction ID'],
  netSales: ['Net Sales'],
  grossSales: ['Gross Sales', 'Product Sales'],
  category: ['Category'],
  pricePoint: ['Price Point Name'],
  eventType: ['Event Type'],
  location: ['Location'],
  itemizationType: ['Itemization Type'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type SquareColumn = keyof typeof columnNames

const required: readonly SquareColumn[] = ['date', 'item', 'quantity', 'transactionId', 'netSales']

/** Where each column stands in a file, and what the file calls it. */
export interface SquareColumns {
  readonly count: number
  readonly places: ReadonlyMap<SquareColumn, { readonly index: number; readonly title: string }>
}

/**
 * Finds the columns in the first row, in any order; others are ignored, and all but five may be missing.
 *
 * @throws SeaworthyError ERR_IMPORT_UNREADABLE naming the columns that are missing and those found
 */
export function readSquareHeader(header: readonly string[]): SquareColumns {
  const titles = header.map((title) => title.trim().toLowerCase())
  const places = new Map<SquareColumn, { index: number; title: string }>()
  for (const [column, names] of Object.entries(columnNames)) {
    const title = names.find((name) => titles.includes(name.toLowerCase()))
    if (title !== undefined) {
      places.set(column as SquareColumn, { index: titles.indexOf(title.toLowerCase()), title })
    }
  }
  const missing = required.filter((column) => !places.has(column)).map((column) => columnNames[column][0])
  if (missing.length > 0) throw unreadable(missing, header)
  return { count: header.length, places }
}

function unreadable(missing: readonly string[], header: readonly string[]): Error {
  const found = header.slice(0, 40).map((title) => JSON.stringify(title.slice(0, 60)))
  return importError(
    'ERR_IMPORT_UNREADABLE',
    `Cannot read the file as Square's item-sales export: its first line must have the columns ${required
      .map((column) => columnNames[column][0])
      .join(', ')}; ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing, received ${
      found.length === 0 ? 'an empty file' : found.join(', ').slice(0, 500)
    }`,
    { details: { missing } },
  )
}
