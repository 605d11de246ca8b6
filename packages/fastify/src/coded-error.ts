import type { FastifyError, FastifyRequest } from 'fastify'
import { errorCode, isSeaworthyError, type SeaworthyError } from 'seaworthy/core'
import { httpError, type HttpErrorCode } from './http-errors.ts'
import { isArriving } from './request-state.ts'
import { validationError } from './validation-error.ts'

/** What Fastify and its plugins call their errors, what we call them, and what the caller reads. */
const known: Readonly<Record<string, readonly [HttpErrorCode, string]>> = {
  FST_ERR_BAD_URL: ['ERR_MALFORMED_REQUEST', 'Cannot read URL: it must be correctly percent-encoded'],
  FST_ERR_MAX_PARAM_LENGTH: ['ERR_URI_TOO_LONG', 'Cannot read URL: a path parameter is too long'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['ERR_EMPTY_BODY', 'Cannot read body: it must be JSON, received nothing'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['ERR_MALFORMED_JSON', 'Cannot read body: it must be valid JSON'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['ERR_BODY_TOO_LARGE', 'Cannot read body: it is larger than the route accepts'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'ERR_CONTENT_LENGTH',
    'Cannot read body: it must be as long as its Content-Length says',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'ERR_UNSUPPORTED_MEDIA_TYPE',
    'Cannot read body: its Content-Type must be one that the route accepts',
  ],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: [
    'ERR_UNSUPPORTED_MEDIA_TYPE',
    'Cannot read body: it must have a Content-Type',
  ],
  FST_ERR_NOT_FOUND: ['ERR_NOT_FOUND', 'Cannot find the path'],
}

/** Whatever was thrown, as a coded error. What nobody foresaw becomes ERR_INTERNAL with the cause kept for the log. */
export function codedError(error: unknown, request: FastifyRequest): SeaworthyError {
  if (isSeaworthyError(error)) return error
  if (isValidationError(error)) return validationError(error)
  const code = errorCode(error)
  if (code === 'FST_ERR_HANDLER_TIMEOUT') return lateError(request)
  if (code === 'ECONNRESET' && isArriving(request)) {
    return httpError('ERR_REQUEST_TIMEOUT', 'Cannot read body: the caller left before its end', {
      cause: error,
    })
  }
  const entry = code === undefined ? undefined : known[code]
  if (entry !== undefined) return httpError(entry[0], entry[1], { cause: error })
  const status = statusOf(error)
  if (status === 404) return httpError('ERR_NOT_FOUND', 'Cannot find the path', { cause: error })
  if (status === 413)
    return httpError('ERR_BODY_TOO_LARGE', 'Cannot read body: it is too large', { cause: error })
  if (status !== undefined && status >= 400 && status < 500) {
    return httpError('ERR_REQUEST_REFUSED', 'Cannot accept the request', { cause: error })
  }
  return httpError('ERR_INTERNAL', 'Cannot complete the request: an unexpected error', { cause: error })
}

/** A request that is still arriving is the caller's lateness, one that has arrived is ours. */
export function lateError(request: FastifyRequest): SeaworthyError {
  return isArriving(request)
    ? httpError(
        'ERR_REQUEST_TIMEOUT',
        'Cannot read request: it must arrive whole within the deadline of the route',
      )
    : httpError('ERR_DEADLINE_EXCEEDED', 'Cannot answer within the deadline of the route', {
        retryAfterMs: 1000,
      })
}

function isValidationError(error: unknown): error is FastifyError {
  return (
    typeof error === 'object' && error !== null && 'validation' in error && Array.isArray(error.validation)
  )
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { statusCode, status } = error as { readonly statusCode?: unknown; readonly status?: unknown }
  const value = statusCode ?? status
  return typeof value === 'number' ? value : undefined
}
