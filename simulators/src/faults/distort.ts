/**
 * The same JSON value with other types in every place: numbers become text, texts become numbers, lists become
 * objects. What reads it by shape must notice.
 */
export function distort(value: unknown): unknown {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return value.length
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return { first: distort(value[0]) ?? null }
  if (typeof value !== 'object' || value === null) return 0
  const entries = Object.entries(value)
  return entries.length === 0 ? [] : Object.fromEntries(entries.map(([key, inner]) => [key, distort(inner)]))
}
