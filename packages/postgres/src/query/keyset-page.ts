import { sql, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely'
import { defineOptions, integer, matching, oneOf, optional, secret, text } from 'seaworthy/core'
import { postgresError } from '../postgres-errors.ts'
import { decodeCursor, encodeCursor, type CursorOptions } from './cursor.ts'
import { isTypeName } from './type-name.ts'

/** A column of the order. It must be NOT NULL; the columns together must be unique, so end with the id. */
export interface KeysetColumn {
  /** The column, with its table's name when the query joins: `sale.id`. */
  readonly column: string
  /** Its PostgreSQL type: `timestamptz`, `uuid`, `bigint`. */
  readonly type: string
}

export interface KeysetOptions {
  /** The order, at most 4 columns, all in the same direction. */
  readonly by: readonly KeysetColumn[]
  /** Default `asc`. */
  readonly direction?: 'asc' | 'desc'
  /** Items a page, 1 to 1000. Default 50. */
  readonly limit?: number
  /** The `nextCursor` of the page before; left out for the first page. */
  readonly cursor?: string | undefined
  /**
   * The list's name, part of the cursor's signature. Where each tenant has a list of its own, put the tenant into it:
   * then the cursor of one is no cursor for another.
   */
  readonly scope: string
  /** The signing key of cursors: a random text of at least 32 characters. */
  readonly key: string
}

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page begins; null on the last page. */
  readonly nextCursor: string | null
}

export const keysetDefaults = { direction: 'asc', limit: 50 } as const

const resolveKeysetOptions = defineOptions('keyset page', keysetDefaults, {
  by: matching('1 to 4 columns as { column, type }', isColumns),
  direction: oneOf('asc', 'desc'),
  limit: integer(1, 1_000),
  cursor: optional(text(4_000)),
  scope: text(),
  key: secret(matching('text of at least 32 characters', isKey)),
})

const positionColumn = 'seaworthy_position'

/**
 * Reads one page of a query by the position of the last row instead of counting rows off: `(a, id) > (x, y)`. Equal
 * cost on every page with an index on the columns, and no row is skipped or repeated while others are written.
 *
 * Positions travel as the text PostgreSQL writes: through a `Date`, which has milliseconds, rows that differ in
 * microseconds would be lost.
 *
 * @param query the list without order and limit
 * @throws SeaworthyError ERR_BAD_CURSOR when the cursor is not one of this list
 */
export async function keysetPage<Schema, Tables extends keyof Schema, Item>(
  query: SelectQueryBuilder<Schema, Tables, Item>,
  options: KeysetOptions,
): Promise<Page<Item>> {
  const settings = resolveKeysetOptions(options)
  const { by, direction, limit } = settings
  const signing = signingOf(settings)
  const position = sql<string[]>`array[${sql.join(by.map(({ column }) => sql`${sql.ref(column)}::text`))}]`
  let paged = query.select(position.as(positionColumn))
  if (settings.cursor !== undefined)
    paged = paged.where(after(settings, decodeCursor(settings.cursor, signing)))
  for (const { column } of by) paged = paged.orderBy(sql.ref(column), direction)
  const rows = await paged.limit(limit + 1).execute()
  const kept = rows.slice(0, limit)
  const last = rows.length > limit ? kept.at(-1) : undefined
  return Object.freeze({
    items: kept.map((row) => withoutPosition(row) as Item),
    nextCursor: last === undefined ? null : encodeCursor(positionOf(last), signing),
  })
}

type Settings = ReturnType<typeof resolveKeysetOptions>

function signingOf({ key, scope, by, direction }: Settings): CursorOptions {
  return { key, scope: JSON.stringify([scope, direction, ...by.map(({ column, type }) => [column, type])]) }
}

function after({ by, direction }: Settings, values: readonly string[]): RawBuilder<SqlBool> {
  if (values.length !== by.length) {
    throw postgresError('ERR_BAD_CURSOR', `Cannot read the cursor: it must hold ${by.length} values`)
  }
  const columns = sql.join(by.map(({ column }) => sql.ref(column)))
  const bounds = sql.join(by.map(({ type }, i) => sql`${values[i]}::text::${sql.raw(type)}`))
  return direction === 'asc'
    ? sql<SqlBool>`(${columns}) > (${bounds})`
    : sql<SqlBool>`(${columns}) < (${bounds})`
}

function positionOf(row: object): readonly string[] {
  const value: unknown = Reflect.get(row, positionColumn)
  return Array.isArray(value) ? value.map(String) : []
}

function withoutPosition(row: object): object {
  const { [positionColumn]: _position, ...item } = row as Record<string, unknown>
  return item
}

function isColumns(value: unknown): value is readonly KeysetColumn[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 4) return false
  return value.every(
    (each: unknown) =>
      typeof each === 'object' &&
      each !== null &&
      'column' in each &&
      typeof each.column === 'string' &&
      'type' in each &&
      isTypeName(each.type),
  )
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 32
}
