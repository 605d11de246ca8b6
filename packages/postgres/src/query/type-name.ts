/** Whether the text is the name of a PostgreSQL type that is no array: `timestamptz`, `numeric(12,2)`, `app.mood`. */
export function isTypeName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 100 &&
    /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?(?: [a-z]+)*(?:\(\d+(?:,\d+)?\))?$/.test(value)
  )
}
