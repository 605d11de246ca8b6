import { isolate } from 'seaworthy/core'

/** Frees what a result holds that nobody gets to see. What it returns or throws is nobody's concern. */
export type Discard = (result: unknown) => unknown

/**
 * Hands a result that nobody gets to see to whoever frees it. A failure of that, at once or later, is reported as a
 * process warning and changes nothing.
 */
export function discardResult(result: unknown, discard: Discard): void {
  isolate(() => {
    Promise.resolve(discard(result)).catch((error: unknown) => isolate(() => raise(error)))
  })
}

/**
 * The usual way to free a result: disposes what is disposable and cancels the body of a response, which would keep
 * its connection. Other values are left alone.
 */
export function disposeResult(result: unknown): unknown {
  if (!isObject(result)) return undefined
  const isAsync = has(result, Symbol.asyncDispose)
  if (isAsync) return result[Symbol.asyncDispose]()
  if (has(result, Symbol.dispose)) return result[Symbol.dispose]()
  const body = 'body' in result ? result.body : undefined
  if (!isObject(body)) return undefined
  if (has(body, 'cancel')) return body.cancel()
  return has(body, 'dump') ? body.dump() : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function has<K extends PropertyKey>(value: object, method: K): value is Record<K, () => unknown> {
  return method in value && typeof (value as Record<K, unknown>)[method] === 'function'
}

function raise(error: unknown): never {
  throw error
}
