import type { SeaworthyError } from 'seaworthy/core'
import { resilienceError } from '../resilience-errors.ts'
import { retryAfterFromHeader } from '../retry/retry-after.ts'
import type { HttpRequest } from './http-options.ts'

/** What an answer says before its body. */
export interface HttpAnswer {
  readonly status: number
  /** The `Retry-After` field. */
  readonly retryAfter: string | null | undefined
  /** When it came, by the wall clock. */
  readonly atWallMs: number
}

/** The failure that policies see in an answer. The URL's path and query stay out of it: they may hold secrets. */
export function statusFailure(request: HttpRequest, answer: HttpAnswer): SeaworthyError<'ERR_HTTP_STATUS'> {
  const { status } = answer
  const host = URL.parse(request.url)?.host
  const retryAfterMs = retryAfterFromHeader(answer.retryAfter, answer.atWallMs)
  return resilienceError(
    'ERR_HTTP_STATUS',
    `Cannot use the answer to ${request.method} ${host ?? 'request'}: must not have a status of failure, received ${status}`,
    {
      details: { method: request.method, host, status },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  )
}
