import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { formatTraceParent, parseTraceParent } from './traceparent.ts'

/** What ties everything done for one request together. */
export interface RequestContext {
  /** Given by the caller or made here: what people search for. At most 128 printable characters. */
  readonly correlationId: string
  readonly traceId: string
  readonly spanId: string
  /** The caller's span, when it sent a valid `traceparent`. */
  readonly parentSpanId?: string
  readonly sampled: boolean
  /** The caller's `tracestate`, handed on unchanged. */
  readonly traceState?: string
}

/** Headers as `node:http` gives them: lower-case names. */
export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** Makes `size` bytes that cannot be guessed. */
export type RandomBytes = (size: number) => Uint8Array

/** The headers that carry a context onward. */
export interface OutgoingHeaders {
  readonly 'x-correlation-id': string
  readonly traceparent: string
  readonly tracestate?: string
}

const correlationIdPattern = /^[\x21-\x7e]{1,128}$/
const traceStatePattern = /^[\x20-\x7e]{1,512}$/
const storage = new AsyncLocalStorage<RequestContext>()

/** Runs a function, and everything it starts, with a context. */
export function runWithContext<T>(context: RequestContext, fn: () => T): T {
  return storage.run(context, fn)
}

/** The context of the running request; undefined outside one. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore()
}

/**
 * The context of an incoming request. A `traceparent` that is valid by W3C Trace Context is continued with a new span;
 * otherwise a new, sampled trace starts. An `X-Correlation-ID` that is not 1 to 128 printable characters, or is sent
 * twice, is replaced by a new one.
 */
export function contextFromHeaders(
  headers: IncomingHeaders,
  random: RandomBytes = randomBytes,
): RequestContext {
  const parent = parseTraceParent(single(headers['traceparent']) ?? '')
  const correlationId = matching(headers['x-correlation-id'], correlationIdPattern) ?? freshId(random, 16)
  const spanId = freshId(random, 8)
  if (parent === undefined) {
    return Object.freeze({ correlationId, traceId: freshId(random, 16), spanId, sampled: true })
  }
  const traceState = matching(headers['tracestate'], traceStatePattern)
  return Object.freeze({
    correlationId,
    traceId: parent.traceId,
    spanId,
    parentSpanId: parent.spanId,
    sampled: parent.sampled,
    ...(traceState !== undefined && { traceState }),
  })
}

/** A context for work that no request started, such as a job or a probe. */
export function freshContext(random: RandomBytes = randomBytes): RequestContext {
  return contextFromHeaders({}, random)
}

/**
 * The headers for a call to another service, with a new span for the call. Undefined outside a request: spread it, an
 * undefined adds nothing.
 */
export function outgoingHeaders(
  context: RequestContext | undefined = currentContext(),
  random: RandomBytes = randomBytes,
): OutgoingHeaders | undefined {
  if (context === undefined) return undefined
  const { correlationId, traceId, sampled, traceState } = context
  return {
    'x-correlation-id': correlationId,
    traceparent: formatTraceParent({ traceId, spanId: freshId(random, 8), sampled }),
    ...(traceState !== undefined && { tracestate: traceState }),
  }
}

function single(value: string | readonly string[] | undefined): string | undefined {
  if (typeof value === 'string') return value
  return value?.length === 1 ? value[0] : undefined
}

function matching(value: string | readonly string[] | undefined, pattern: RegExp): string | undefined {
  const text = single(value)
  return text !== undefined && pattern.test(text) ? text : undefined
}

/** Hex of random bytes, never all zero: Trace Context forbids that. */
function freshId(random: RandomBytes, size: number): string {
  const bytes = Buffer.from(random(size))
  if (bytes.every((byte) => byte === 0)) bytes[size - 1] = 1
  return bytes.toString('hex')
}
