import { isSeaworthyError, type SeaworthyError } from 'seaworthy/core'
import { httpErrors } from './http-errors.ts'

/** One thing that is wrong with a request. */
export interface FieldError {
  /** The part of the request and a JSON pointer into it: `body/items/0/price`, `querystring/limit`. */
  readonly field: string
  readonly message: string
}

/** A problem document (RFC 9457) as this server sends it. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  /** The path of the request, without its query. */
  readonly instance: string
  /** Stable, for programs. Never reused for another meaning. */
  readonly code: string
  readonly correlationId: string
  readonly errors?: readonly FieldError[]
  /** What the error carries, only in development. */
  readonly context?: unknown
}

export const problemContentType = 'application/problem+json'

/** What a problem document takes from the request. */
export interface ProblemSetting {
  readonly path: string
  readonly correlationId: string
  /** Given in development: makes the error's details fit to be shown. */
  readonly showContext?: ((details: unknown) => unknown) | undefined
}

const serverErrorDetail =
  'The server could not complete the request. Quote the correlation ID when you report it.'
const pathLengthMax = 500

/**
 * The problem document of a coded error. The message of an error of the caller is for the caller; that of an error of the
 * server may name insides and stays in the log.
 */
export function problemOf(error: SeaworthyError, setting: ProblemSetting): Problem {
  const { code, title, status } = error
  const fields = fieldErrors(error)
  const { path, correlationId, showContext } = setting
  return {
    type: problemType(code),
    title,
    status,
    detail: status >= 500 ? serverErrorDetail : error.message,
    instance: path.slice(0, pathLengthMax),
    code,
    correlationId,
    ...(fields !== undefined && { errors: fields }),
    ...(showContext !== undefined && {
      context: showContext({ message: error.message, details: error.details, cause: causeOf(error) }),
    }),
  }
}

/** The `type` of a code: ERR_BODY_TOO_LARGE is `urn:seaworthy:problem:body-too-large`. */
export function problemType(code: string): string {
  return `urn:seaworthy:problem:${code.replace(/^ERR_/, '').toLowerCase().replaceAll('_', '-')}`
}

/** Field errors that an error carries in its details as `fields`. */
function fieldErrors(error: SeaworthyError): readonly FieldError[] | undefined {
  const { fields } = error.details
  return Array.isArray(fields) && fields.every(isFieldError) ? fields : undefined
}

function isFieldError(value: unknown): value is FieldError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'field' in value &&
    'message' in value &&
    typeof value.field === 'string' &&
    typeof value.message === 'string'
  )
}

function causeOf({ cause, code }: SeaworthyError): unknown {
  if (!(cause instanceof Error)) return undefined
  // What nobody foresaw may hold anything, SQL and paths among it; its name is enough to find the line in the log.
  if (code in httpErrors && !isSeaworthyError(cause)) return { name: cause.name }
  return { name: cause.name, message: cause.message }
}
