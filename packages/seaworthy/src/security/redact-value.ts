import { redactedMark } from './redact-assignments.ts'
import { isCardNumber } from './redact-cards.ts'
import type { KeyMatcher } from './sensitive-keys.ts'

/** What a walk through a value goes by. */
export interface WalkRules {
  readonly isSensitive: KeyMatcher
  readonly redactText: (text: string) => string
  readonly depthMax: number
  readonly nodesMax: number
  /** Longer texts are not read as JSON. */
  readonly textMax: number
}

/** Arrays of values bound to a statement: they hold what people entered. */
const parameterKeys = new Set(['parameters', 'params', 'bindings', 'binds'])
/** Fields of database errors that quote rows. */
const rowKeys = new Set(['detail', 'where', 'internalQuery'])
const errorFields = ['name', 'message', 'code', 'stack', 'cause', 'errors'] as const

/** A copy of a value as JSON can carry it, without its secrets. Never changes the value; cycles and depth are marked. */
export function redactValue(value: unknown, rules: WalkRules): unknown {
  return new Walk(rules).value(value, 0)
}

class Walk {
  readonly #rules: WalkRules
  readonly #path = new Set<object>()
  #nodesLeft: number

  constructor(rules: WalkRules) {
    this.#rules = rules
    this.#nodesLeft = rules.nodesMax
  }

  value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#text(value, depth)
    if (typeof value === 'number')
      return Number.isInteger(value) && isCardNumber(String(value)) ? '[card]' : value
    if (typeof value === 'bigint') return isCardNumber(String(value)) ? '[card]' : String(value)
    if (typeof value === 'function') return '[function]'
    if (typeof value === 'symbol') return this.#rules.redactText(String(value))
    return typeof value === 'object' && value !== null ? this.#object(value, depth) : value
  }

  #object(value: object, depth: number): unknown {
    if (this.#path.has(value)) return '[circular]'
    if (depth >= this.#rules.depthMax) return '[too deep]'
    if (this.#nodesLeft-- <= 0) return '[too large]'
    this.#path.add(value)
    try {
      return this.#known(value, depth)
    } catch {
      return '[unreadable]'
    } finally {
      this.#path.delete(value)
    }
  }

  #known(value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.#array(value, depth)
    if (value instanceof Error) return this.#error(value, depth)
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
    if (value instanceof Map) return this.#fields(mapEntries(value), depth)
    if (value instanceof Set) return this.#array([...value], depth)
    if (value instanceof URL || value instanceof RegExp) return this.#rules.redactText(String(value))
    if (value instanceof URLSearchParams || value instanceof Headers)
      return this.#fields(value.entries(), depth)
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.value(value.toJSON(), depth + 1)
    return this.#fields(Object.entries(value), depth, value)
  }

  #fields(
    entries: Iterable<readonly [string, unknown]>,
    depth: number,
    whole: object = {},
  ): Record<string, unknown> {
    const clean: Record<string, unknown> = {}
    const pairName = nameOfPair(whole)
    const isPairSecret = pairName !== undefined && this.#rules.isSensitive(pairName)
    for (const [key, inner] of entries) {
      if (this.#nodesLeft-- <= 0) {
        define(clean, '[too large]', true)
        break
      }
      const result =
        isPairSecret && key === 'value' ? hidden(inner) : this.#field(key, inner, { depth, whole })
      define(clean, key.length > 16 ? this.#rules.redactText(key) : key, result)
    }
    return clean
  }

  #field(key: string, inner: unknown, { depth, whole }: { depth: number; whole: object }): unknown {
    if (this.#rules.isSensitive(key)) return hidden(inner)
    if (Array.isArray(inner)) {
      if (parameterKeys.has(key) || (key === 'values' && isStatement(whole))) return inner.map(hidden)
      if (key.toLowerCase() === 'rawheaders') return this.#rawHeaders(inner, depth)
    }
    return this.value(inner, depth + 1)
  }

  #array(items: readonly unknown[], depth: number): unknown[] {
    const [first, second] = items
    if (items.length === 2 && typeof first === 'string' && this.#rules.isSensitive(first))
      return [first, hidden(second)]
    const clean: unknown[] = []
    for (const item of items) {
      if (this.#nodesLeft-- <= 0) {
        clean.push('[too large]')
        break
      }
      clean.push(this.value(item, depth + 1))
    }
    return clean
  }

  /** Names and values by turns, as `node:http` gives them. */
  #rawHeaders(items: readonly unknown[], depth: number): unknown[] {
    return items.map((item, index) => {
      const name = index % 2 === 1 ? items[index - 1] : undefined
      return typeof name === 'string' && this.#rules.isSensitive(name)
        ? redactedMark
        : this.value(item, depth + 1)
    })
  }

  #error(error: Error, depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>()
    for (const field of errorFields) {
      const value: unknown = Reflect.get(error, field)
      if (value !== undefined) entries.set(field, value)
    }
    for (const [key, value] of Object.entries(error)) {
      entries.set(key, rowKeys.has(key) && typeof value === 'string' ? redactedMark : value)
    }
    return this.#fields(entries, depth, error)
  }

  /** Text that is JSON is read as such, so that names inside it count; without secrets it stays as it was written. */
  #text(text: string, depth: number): string {
    const start = text.trimStart()[0]
    if (
      (start === '{' || start === '[') &&
      depth < this.#rules.depthMax &&
      text.length <= this.#rules.textMax
    ) {
      const parsed = parseJson(text)
      const clean = parsed === undefined ? undefined : JSON.stringify(this.value(parsed, depth + 1))
      if (clean !== undefined && clean !== JSON.stringify(parsed)) return clean
    }
    return this.#rules.redactText(text)
  }
}

function* mapEntries(map: ReadonlyMap<unknown, unknown>): Iterable<readonly [string, unknown]> {
  for (const [key, value] of map) yield [String(key), value]
}

/** The name in `{ name: 'Authorization', value: '...' }`. */
function nameOfPair(whole: object): string | undefined {
  if (!('value' in whole)) return undefined
  const name = 'name' in whole ? whole.name : 'key' in whole ? whole.key : undefined
  return typeof name === 'string' ? name : undefined
}

function isStatement(whole: object): boolean {
  return ['text', 'sql', 'query'].some((key) => typeof Reflect.get(whole, key) === 'string')
}

/** Whether something is there is no secret: yes, no and nothing stay. */
function hidden(value: unknown): unknown {
  return value === undefined || value === null || typeof value === 'boolean' ? value : redactedMark
}

/** Plain assignment to the key `__proto__` would change the prototype. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
