import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of imports. */
export const importErrors = {
  ERR_IMPORT_UNREADABLE: {
    title: 'Not a Square item-sales export',
    status: 400,
    meaning: 'The file is not a CSV whose first line has the columns of Square\'s "Items detail" export.',
    remedy: 'In Square, export the "Items detail" report as CSV and import that file unchanged.',
  },
  ERR_IMPORT_DATE_ORDER: {
    title: 'Contradictory dates',
    status: 400,
    meaning: 'Some dates can only be read month first and others only day first, so none can be trusted.',
    remedy: 'Export again with one date format; YYYY-MM-DD is never ambiguous.',
  },
  ERR_IMPORT_TOO_LARGE: {
    title: 'Import too large',
    status: 413,
    meaning: 'The file has more bytes or rows than an import may have.',
    remedy: 'Export a shorter range of days and import the parts; overlaps do no harm.',
  },
  ERR_IMPORT_PRODUCTS: {
    title: 'Too many new products',
    status: 400,
    meaning: 'The file names more new products than a vendor sells, so its item names hold something else.',
    remedy: 'See that the column "Item" holds the names of products.',
  },
  ERR_IMPORT_RUNNING: {
    title: 'Import already running',
    status: 409,
    meaning: 'Another import of the same vendor has not finished.',
    remedy: 'Wait until it has, then import again.',
  },
} as const satisfies ErrorTable

export const importError = errorFactory(importErrors)
