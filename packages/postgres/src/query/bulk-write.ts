import { sql, type RawBuilder, type Transaction } from 'kysely'
import { defineOptions, integer, matching } from 'seaworthy/core'
import { isTypeName } from './type-name.ts'

/** A row: a value for each column. */
export type BulkRow<Columns extends string> = Readonly<Record<Columns, unknown>>

export interface BulkOptions<Columns extends string> {
  /** The table, with its schema when it is not in the search path: `marketprep.sale`. */
  readonly table: string
  /** Each column with its PostgreSQL type: `{ id: 'uuid', sold_on: 'date' }`. No array types. */
  readonly columns: Readonly<Record<Columns, string>>
  /** Rows a statement, 1 to 50000. Default 5000. */
  readonly chunk?: number
}

export interface BulkUpsertOptions<Columns extends string> extends BulkOptions<Columns> {
  /** The columns of the unique constraint that tells whether a row is there. */
  readonly conflict: readonly NoInfer<Columns>[]
  /** The columns that a row that is there takes over; by default all that are not in `conflict`. */
  readonly update?: readonly NoInfer<Columns>[]
}

/** How many rows were written. A row that is there with the same values counts as neither. */
export interface BulkCounts {
  readonly inserted: number
  readonly updated: number
}

export const bulkDefaults = { chunk: 5_000 } as const

const fields = {
  table: matching('the name of a table', isTable),
  columns: matching('an object of column names and PostgreSQL types without arrays', isColumns),
  chunk: integer(1, 50_000),
}
const resolveInsertOptions = defineOptions('bulk insert', bulkDefaults, fields)
const resolveUpsertOptions = defineOptions(
  'bulk upsert',
  { ...bulkDefaults, update: [] },
  {
    ...fields,
    conflict: matching('the names of at least one column', isNames),
    update: matching('names of columns', isOptionalNames),
  },
)

/**
 * Inserts many rows with one array parameter for each column: no limit of 65,535 parameters, and one plan for any
 * number of rows.
 */
export async function bulkInsert<Schema, Columns extends string>(
  tx: Transaction<Schema>,
  rows: readonly BulkRow<NoInfer<Columns>>[],
  options: BulkOptions<Columns>,
): Promise<BulkCounts> {
  const { table, columns, chunk } = resolveInsertOptions(options)
  let inserted = 0
  for (const part of chunks(rows, chunk)) {
    const result = await insertion({ table, columns, rows: part }).execute(tx)
    inserted += Number(result.numAffectedRows ?? 0)
  }
  return Object.freeze({ inserted, updated: 0 })
}

/**
 * Inserts the rows that are not there and updates those that are and differ. Doing it again changes nothing. Of rows
 * with the same conflict columns in one call the last one counts.
 */
export async function bulkUpsert<Schema, Columns extends string>(
  tx: Transaction<Schema>,
  rows: readonly BulkRow<NoInfer<Columns>>[],
  options: BulkUpsertOptions<Columns>,
): Promise<BulkCounts> {
  const settings = resolveUpsertOptions(options)
  const { table, columns, chunk, conflict } = settings
  const update =
    options.update === undefined
      ? Object.keys(columns).filter((name) => !conflict.includes(name))
      : settings.update
  const action = onConflict(conflict, update)
  let [inserted, updated] = [0, 0]
  for (const part of chunks(lastOfEach(rows, conflict), chunk)) {
    const written = await sql<{ inserted: number; updated: number }>`
      WITH written AS (${insertion({ table, columns, rows: part })} ${action} RETURNING xmax = 0 AS is_new)
      SELECT count(*) FILTER (WHERE is_new)::int AS inserted, count(*) FILTER (WHERE NOT is_new)::int AS updated
      FROM written`.execute(tx)
    inserted += written.rows[0]?.inserted ?? 0
    updated += written.rows[0]?.updated ?? 0
  }
  return Object.freeze({ inserted, updated })
}

interface Insertion {
  readonly table: string
  readonly columns: Readonly<Record<string, string>>
  readonly rows: readonly BulkRow<string>[]
}

function insertion({ table, columns, rows }: Insertion): RawBuilder<unknown> {
  const names = Object.keys(columns)
  const arrays = Object.entries(columns).map(
    ([name, type]) => sql`${rows.map((row) => parameter(row[name], type))}::${sql.raw(type)}[]`,
  )
  return sql`INSERT INTO ${sql.table(table)} AS target (${sql.join(names.map((name) => sql.id(name)))})
    SELECT * FROM unnest(${sql.join(arrays)})`
}

function onConflict(conflict: readonly string[], update: readonly string[]): RawBuilder<unknown> {
  const target = sql.join(conflict.map((name) => sql.id(name)))
  if (update.length === 0) return sql`ON CONFLICT (${target}) DO NOTHING`
  const assignments = sql.join(update.map((name) => sql`${sql.id(name)} = excluded.${sql.id(name)}`))
  const before = sql.join(update.map((name) => sql`target.${sql.id(name)}`))
  const after = sql.join(update.map((name) => sql`excluded.${sql.id(name)}`))
  return sql`ON CONFLICT (${target}) DO UPDATE SET ${assignments} WHERE (${before}) IS DISTINCT FROM (${after})`
}

/** The driver writes a nested array as an array of PostgreSQL, which JSON is not. */
function parameter(value: unknown, type: string): unknown {
  if (value === undefined || value === null) return null
  return type === 'json' || type === 'jsonb' ? JSON.stringify(value) : value
}

function lastOfEach<Row extends BulkRow<string>>(
  rows: readonly Row[],
  conflict: readonly string[],
): readonly Row[] {
  const byKey = new Map<string, Row>()
  for (const row of rows) byKey.set(JSON.stringify(conflict.map((name) => row[name])), row)
  return [...byKey.values()]
}

function* chunks<Row>(rows: readonly Row[], size: number): Iterable<readonly Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

function isTable(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z_]\w*(?:\.[a-z_]\w*)?$/i.test(value)
}

function isColumns(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.keys(value).length > 0 && Object.values(value).every(isTypeName)
}

function isNames(value: unknown): value is readonly string[] {
  return isOptionalNames(value) && value.length > 0
}

function isOptionalNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
