import type { Database } from '@seaworthy/postgres'
import { sql } from 'kysely'
import { abortReason, type Clock } from 'seaworthy/core'
import type { ImportMode, ImportReport } from '../contract/sales.ts'
import type { MarketprepTables, MarketprepTransaction } from '../data/schema.ts'
import { importError } from './import-errors.ts'
import { SaleReader } from './sale-reader.ts'
import { spoolUpload, type SpooledUpload } from './spool-upload.ts'
import {
  applyStage,
  createStage,
  measureStage,
  numberStage,
  stageSales,
  type StagedSale,
} from './staged-sales.ts'
import { venueFinder } from './venue-finder.ts'

export interface ImportOptions {
  readonly database: Database<MarketprepTables>
  /** The vendor. */
  readonly tenant: string
  /** `all`: take the file only if every row is good. `good`: take the good rows. `check`: take nothing. */
  readonly mode: ImportMode
  /** The venue of every sale of the file; left out, each row's location must be the name of a venue. */
  readonly venueId?: string | undefined
  /** Tells the present: sales of the future are refused. */
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  /** How large the file may be. Default 200 MB. */
  readonly bytesMax?: number
}

const bytesMaxDefault = 200_000_000

/** New products that one import may bring: far more means that names hold something else. */
const productsMax = 2_000

/** Rows that are handed to the database at once. */
const batchSize = 2_000

/**
 * Imports Square's "Items detail" CSV export. The file is received first and then read in one transaction, so either
 * all that the mode allows is stored or nothing; memory does not grow with the file. A line is known by its
 * transaction, item and number within that, so the same file, or one that overlaps, adds only what is new.
 *
 * @param upload the file's bytes
 * @throws SeaworthyError ERR_IMPORT_UNREADABLE, ERR_IMPORT_DATE_ORDER, ERR_IMPORT_TOO_LARGE, ERR_IMPORT_PRODUCTS,
 *   ERR_IMPORT_RUNNING, ERR_VENUE_NOT_FOUND
 */
export async function importSquareCsv(
  upload: AsyncIterable<Uint8Array | string>,
  options: ImportOptions,
): Promise<ImportReport> {
  const { database, tenant, signal, bytesMax = bytesMaxDefault } = options
  await using file = await spoolUpload(upload, { bytesMax, signal })
  return await database.transaction((tx) => importInto(tx, file, options), {
    tenant,
    ...(signal && { signal }),
  })
}

async function importInto(
  tx: MarketprepTransaction,
  file: SpooledUpload,
  options: ImportOptions,
): Promise<ImportReport> {
  const { mode, venueId, clock } = options
  await takeTurn(tx)
  const findVenue = await venueFinder(tx, venueId)
  const reader = new SaleReader({ findVenue, nowMs: clock.wallTime() })
  await createStage(tx)
  await stageFile(tx, reader.read(file.read()), options.signal)
  await numberStage(tx, { rows: reader.rowsGood, order: reader.dateOrder() })
  const measure = await measureStage(tx)
  if (measure.productsCreated > productsMax) throw tooManyProducts(measure.productsCreated)
  const applied = mode === 'good' ? reader.rowsGood > 0 : mode === 'all' && reader.failures.count === 0
  if (applied) await applyStage(tx)
  return {
    mode,
    applied,
    rowsRead: reader.rowsGood + reader.failures.count,
    rowsGood: reader.rowsGood,
    rowsFailed: reader.failures.count,
    ...measure,
    failures: reader.failures.listed,
  }
}

/** One import of a vendor at a time: two would wait for each other's rows. */
async function takeTurn(tx: MarketprepTransaction): Promise<void> {
  const { rows } = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('import ' || marketprep.current_tenant()::text, 0)) as mine`.execute(
    tx,
  )
  if (rows[0]?.mine === true) return
  throw importError('ERR_IMPORT_RUNNING', 'Cannot import: the import before it must have finished', {
    retryAfterMs: 5_000,
  })
}

async function stageFile(
  tx: MarketprepTransaction,
  sales: AsyncIterable<readonly StagedSale[]>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let batch: StagedSale[] = []
  for await (const piece of sales) {
    if (signal?.aborted === true) throw abortReason(signal)
    batch.push(...piece)
    if (batch.length < batchSize) continue
    await stageSales(tx, batch)
    batch = []
  }
  if (batch.length > 0) await stageSales(tx, batch)
}

function tooManyProducts(count: number): Error {
  return importError(
    'ERR_IMPORT_PRODUCTS',
    `Cannot import the file: it must bring at most ${productsMax} new products, received ${count}; see that the column "Item" holds names`,
    { details: { productsMax, count } },
  )
}
