import type { HttpRequest } from './http-options.ts'
import { isReplayable } from './replayable-body.ts'
import type { DispatchOptions } from './undici-types.ts'

/** The options of one dispatch, which may be made several times. */
export class DispatchRequest implements HttpRequest {
  readonly method: string
  readonly url: string
  /** To dispatch with. */
  readonly options: DispatchOptions

  constructor(options: DispatchOptions) {
    this.method = options.method.toUpperCase()
    this.url = `${originOf(options.origin)}${options.path}`
    const headers = reread(options.headers)
    this.options = headers === options.headers ? options : { ...options, headers }
  }

  header(name: string): string | undefined {
    for (const [key, value] of pairsOf(this.options.headers)) {
      if (String(key).toLowerCase() === name) return String(value)
    }
    return undefined
  }

  /** Whether it may be sent again: its body must bear it, and then undici's own `idempotent` has the first word. */
  isRepeatable(isRepeatable: (request: HttpRequest) => boolean): boolean {
    if (!isReplayable(this.options.body)) return false
    return this.options.idempotent ?? isRepeatable(this)
  }
}

/** As text, a URL would end with a slash, and the path begins with one. */
function originOf(origin: string | URL | undefined): string {
  return origin instanceof URL ? origin.origin : (origin ?? '')
}

/** The same headers in a form that can be read more than once. */
function reread(headers: unknown): unknown {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return headers
  return Symbol.iterator in headers ? [...pairsOf(headers)].flat() : headers
}

function pairsOf(headers: unknown): Iterable<readonly unknown[]> {
  if (typeof headers !== 'object' || headers === null) return []
  if (Array.isArray(headers)) return flatPairs(headers)
  if (Symbol.iterator in headers) return headers as Iterable<readonly unknown[]>
  return Object.entries(headers)
}

/** Name, value, name, value. */
function* flatPairs(headers: readonly unknown[]): Iterable<readonly unknown[]> {
  for (let i = 0; i + 1 < headers.length; i += 2) yield [headers[i], headers[i + 1]]
}
