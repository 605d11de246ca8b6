/** The fields of a line that hold errors. */
const errorKeys = ['error', 'err'] as const
const causesMax = 5

/**
 * A line of the log for people: a foreseen error, which has a code, becomes one short text of codes and messages. What
 * nobody foresaw keeps its stack.
 */
export function readableLine(line: string): object {
  const fields = JSON.parse(line) as Record<string, unknown>
  for (const key of errorKeys) {
    const error = fields[key]
    if (isForeseen(error)) fields[key] = inWords(error, 0)
  }
  return fields
}

function isForeseen(error: unknown): boolean {
  const code = fieldOf(error, 'code')
  return typeof code === 'string' && code !== 'ERR_INTERNAL'
}

function inWords(error: unknown, depth: number): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const own = [fieldOf(error, 'code'), fieldOf(error, 'message')].filter((part) => typeof part === 'string')
  const several = fieldOf(error, 'errors')
  const cause = fieldOf(error, 'cause') ?? (Array.isArray(several) ? several[0] : undefined)
  if (cause === undefined || cause === null || depth >= causesMax) return own.join(': ')
  return `${own.join(': ')}; caused by ${inWords(cause, depth + 1)}`
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
