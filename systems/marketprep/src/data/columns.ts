import { sql, type RawBuilder } from 'kysely'

/** Expressions that read a column as the contract writes it, whatever parsers the driver has. */

/** A `date` as 'YYYY-MM-DD'. */
export function day(column: string): RawBuilder<string> {
  return sql<string>`to_char(${sql.ref(column)}, 'YYYY-MM-DD')`
}

/** A `timestamptz` as an instant in UTC, with milliseconds. */
export function instant(column: string): RawBuilder<string> {
  return sql<string>`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** The same for a column that may be null. */
export function instantOrNull(column: string): RawBuilder<string | null> {
  return instant(column)
}
