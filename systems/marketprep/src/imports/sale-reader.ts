import { CsvReader, type CsvRecord } from './csv-reader.ts'
import { decodeText } from './decode-text.ts'
import { FailureList } from './failure-list.ts'
import { importError } from './import-errors.ts'
import { readSquareHeader, type SquareColumns } from './square-columns.ts'
import { readSquareSale, RowFault } from './square-sale.ts'
import type { StagedSale } from './staged-sales.ts'
import type { FindVenue } from './venue-finder.ts'

export interface SaleReaderOptions {
  readonly findVenue: FindVenue
  /** The present, milliseconds since 1970. */
  readonly nowMs: number
}

/** Rows of one file, taken or not. An export of 100 MB has some 300,000. */
const rowsMax = 500_000

const dayMs = 86_400_000
const firstDay = '2000-01-01'

/** Reads an export into sales, and keeps count of what it could not take and of how its dates can be read. */
export class SaleReader {
  readonly failures = new FailureList()
  readonly #findVenue: FindVenue
  readonly #lastDay: string
  readonly #csv = new CsvReader()
  #columns: SquareColumns | undefined
  #rowsGood = 0
  #onlyMonthFirst: number | undefined
  #onlyDayFirst: number | undefined

  constructor({ findVenue, nowMs }: SaleReaderOptions) {
    this.#findVenue = findVenue
    // It is tomorrow already east of here.
    this.#lastDay = new Date(nowMs + dayMs).toISOString().slice(0, 10)
  }

  get rowsGood(): number {
    return this.#rowsGood
  }

  /** @throws SeaworthyError ERR_IMPORT_UNREADABLE when the file is not such an export */
  async *read(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly StagedSale[]> {
    for await (const piece of decodeText(chunks)) yield this.#take(this.#csv.push(piece))
    yield this.#take(this.#csv.end())
    if (this.#columns === undefined) readSquareHeader([])
  }

  /**
   * How the dates of the whole file are read: month first, as Square writes them for the United States, unless a date
   * of the file can only be day first.
   *
   * @throws SeaworthyError ERR_IMPORT_DATE_ORDER when dates of both kinds are there
   */
  dateOrder(): 'monthFirst' | 'dayFirst' {
    if (this.#onlyDayFirst === undefined) return 'monthFirst'
    if (this.#onlyMonthFirst === undefined) return 'dayFirst'
    throw importError(
      'ERR_IMPORT_DATE_ORDER',
      `Cannot read the dates: all must have one order, and line ${this.#onlyMonthFirst} can only be month first, line ${this.#onlyDayFirst} only day first; export again with dates such as 2026-06-13`,
      { details: { monthFirstLine: this.#onlyMonthFirst, dayFirstLine: this.#onlyDayFirst } },
    )
  }

  #take(records: readonly CsvRecord[]): StagedSale[] {
    const sales: StagedSale[] = []
    for (const record of records) {
      if (this.#columns === undefined) {
        this.#columns = readSquareHeader(record.fields)
        continue
      }
      const sale = this.#readRow(record, this.#columns)
      if (sale !== undefined) sales.push(sale)
    }
    this.#rowsGood += sales.length
    if (this.#rowsGood + this.failures.count > rowsMax) throw tooManyRows()
    return sales
  }

  #readRow(record: CsvRecord, columns: SquareColumns): StagedSale | undefined {
    try {
      const sale = readSquareSale(record, columns, this.#csv.delimiter === ';' ? ',' : '.')
      const days = this.#plausible(sale.days)
      if (days.monthFirst === undefined && days.dayFirst === undefined) {
        const reason = `must be a day from ${firstDay} to ${this.#lastDay}`
        throw new RowFault(reason, 'Date', sale.days.monthFirst ?? sale.days.dayFirst ?? '')
      }
      const venue = this.#findVenue(sale.location)
      if ('reason' in venue) throw new RowFault(venue.reason, 'Location', sale.location)
      if (days.dayFirst === undefined) this.#onlyMonthFirst ??= record.line
      if (days.monthFirst === undefined) this.#onlyDayFirst ??= record.line
      return { ...sale, days, venueId: venue.venueId }
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
      this.failures.add(record.line, error)
      return undefined
    }
  }

  #plausible({ monthFirst, dayFirst }: StagedSale['days']): StagedSale['days'] {
    const within = (day: string | undefined): string | undefined =>
      day !== undefined && day >= firstDay && day <= this.#lastDay ? day : undefined
    return { monthFirst: within(monthFirst), dayFirst: within(dayFirst) }
  }
}

function tooManyRows(): Error {
  return importError(
    'ERR_IMPORT_TOO_LARGE',
    `Cannot import the file: it must have at most ${rowsMax} rows, received more; export a shorter range of days`,
    { details: { rowsMax } },
  )
}
