import { callable, integer, oneOf } from 'seaworthy/core'
import { optionConflict } from '../engine/option-conflict.ts'

/** What is looked at in a request. */
export interface HttpRequest {
  /** In capitals: `GET`. */
  readonly method: string
  /** As it was given; for undici its origin and path. */
  readonly url: string
  /** The value of a header; undefined when the request has none of this name. */
  header(name: string): string | undefined
}

/** What `resilientFetch` and `undiciInterceptor` have in common. */
export interface HttpOptions {
  /**
   * Which statuses the policies take for failures. Default: 408, 429 and from 500 on. What the answer says in
   * `Retry-After`, in seconds or as a date, goes into `retryAfterMs` of the failure.
   */
  readonly isFailure?: (status: number) => boolean
  /**
   * Which requests may be sent more than once: others pass all policies but retry and hedge. Default: those whose method
   * is idempotent (RFC 9110, section 9.2.2), and those with an `Idempotency-Key`. A body that can be read only once is
   * never sent again.
   */
  readonly isRepeatable?: (request: HttpRequest) => boolean
  /** The key of the call for policies that keep keys apart. Default: host and port of the URL. */
  readonly key?: (request: HttpRequest) => string | undefined
  /**
   * What belongs to an attempt: its `headers`, after which the body streams on without limit of time, or its `body` as
   * well, which is then kept in memory until it is whole, so that a connection that breaks in its middle is a failure like
   * any other. Default `headers`.
   */
  readonly covers?: 'headers' | 'body'
  /**
   * With `covers` of `body`, the largest one that is covered, in bytes, from 0 to 1 GiB: a larger one is handed over as it comes, and its end
   * belongs to nobody. Default 1 MiB.
   */
  readonly bodyMaxBytes?: number
  /**
   * What the caller gets when the policies give up on a status that is a failure: the `response`, as without policies, or
   * an `error` with the code ERR_HTTP_STATUS. Default `response`.
   */
  readonly onGiveUp?: 'response' | 'error'
}

export const httpDefaults = {
  isFailure: isFailureStatus,
  isRepeatable: isIdempotent,
  key: hostOf,
  covers: 'headers',
  bodyMaxBytes: 1_048_576,
  onGiveUp: 'response',
} as const

export const bytesMax = 1_073_741_824

export const httpFields = {
  isFailure: callable<(status: number) => boolean>(),
  isRepeatable: callable<(request: HttpRequest) => boolean>(),
  key: callable<(request: HttpRequest) => string | undefined>(),
  covers: oneOf('headers', 'body'),
  bodyMaxBytes: integer(0, bytesMax),
  onGiveUp: oneOf('response', 'error'),
}

/**
 * Refuses a size for bodies that nobody waits for.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function checkCovered(target: string, covers: 'headers' | 'body', written: HttpOptions): void {
  if (covers === 'body' || written.bodyMaxBytes === undefined) return
  const must = 'stand beside "covers" of "body"'
  throw optionConflict(target, undefined, { key: 'bodyMaxBytes', must, received: written.bodyMaxBytes })
}

const idempotentMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'QUERY',
])

/** Whether a status tells of trouble that may pass: 408, 429, or one from 500 on. */
function isFailureStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

/** Whether a request that was sent twice has the same effect as one that was sent once. */
function isIdempotent(request: HttpRequest): boolean {
  return idempotentMethods.has(request.method) || request.header('idempotency-key') !== undefined
}

function hostOf(request: HttpRequest): string | undefined {
  return URL.parse(request.url)?.host
}
