/** A longer key is none: memory is bounded by the number of entries only if each is. */
export const keyLengthMax = 8_192

/**
 * The arguments of a call as one text that no others have. Undefined when that cannot be had: for a function, a symbol, a
 * `Map`, or whatever else JSON would write as if it were empty, and for what is longer than {@link keyLengthMax}.
 */
export function argumentsKey(args: readonly unknown[]): string | undefined {
  let key = ''
  for (const value of args) {
    const part = partOf(value)
    if (part === undefined) return undefined
    key += part
    if (key.length > keyLengthMax) return undefined
  }
  return key
}

/** Each part tells its type and where it ends. */
function partOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'undefined':
      return `${typeof value}${String(value)};`
    case 'object':
      return jsonPart(value)
    default:
      return undefined
  }
}

function jsonPart(value: object | null): string | undefined {
  try {
    const json = JSON.stringify(value, faithful)
    return `o${json.length}:${json}`
  } catch {
    return undefined
  }
}

/** Lets through only what JSON tells apart. */
function faithful(this: unknown, _key: string, value: unknown): unknown {
  const isFaithful =
    typeof value === 'object'
      ? value === null || isPlain(value) || Object.keys(value).length > 0
      : typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  if (isFaithful) return value
  // A property of undefined is as good as none; in a list JSON would write null.
  if (value === undefined && !Array.isArray(this)) return undefined
  throw new TypeError('JSON does not tell this value from others')
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
