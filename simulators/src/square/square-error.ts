import { jsonResponse, type SimulatedResponse } from '../http/exchange.ts'

/** An error of the API: thrown by whatever notices it, answered as Square answers. */
export class SquareError extends Error {
  override readonly name = 'SquareError'
  readonly response: SimulatedResponse

  constructor(response: SimulatedResponse) {
    super(response.body)
    this.response = response
  }
}

type Category = 'API_ERROR' | 'AUTHENTICATION_ERROR' | 'INVALID_REQUEST_ERROR' | 'RATE_LIMIT_ERROR'

/** The body `{errors: [{category, code, detail, field}]}` with a status. */
export function squareFailure(
  status: number,
  error: {
    readonly category: Category
    readonly code: string
    readonly detail: string
    readonly field?: string
  },
): SimulatedResponse {
  return jsonResponse(status, { errors: [error] })
}

/** A request that is wrong in one field. */
export function badField(field: string, code: string, detail: string): SquareError {
  return new SquareError(squareFailure(400, { category: 'INVALID_REQUEST_ERROR', code, detail, field }))
}

/** A call that its token does not allow. */
export function unauthorized(code: string, detail: string, status = 401): SquareError {
  return new SquareError(squareFailure(status, { category: 'AUTHENTICATION_ERROR', code, detail }))
}

/** An error in the form of the OAuth endpoints, which is not that of the API. */
export function oauthError(status: number, type: string, message: string): SquareError {
  return new SquareError(jsonResponse(status, { message, type }))
}

/** An answer of this status that is nobody's fault in particular. */
export function squareStatus(status: number): SimulatedResponse {
  if (status === 429) {
    return squareFailure(429, {
      category: 'RATE_LIMIT_ERROR',
      code: 'RATE_LIMITED',
      detail: 'Your application has made too many requests. Wait a moment and try again.',
    })
  }
  if (status === 401) {
    return squareFailure(401, {
      category: 'AUTHENTICATION_ERROR',
      code: 'UNAUTHORIZED',
      detail: 'This request could not be authorized.',
    })
  }
  return status < 500
    ? squareFailure(status, {
        category: 'INVALID_REQUEST_ERROR',
        code: 'BAD_REQUEST',
        detail: 'Bad request.',
      })
    : squareFailure(status, {
        category: 'API_ERROR',
        code: status === 503 ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR',
        detail: 'An internal error has occurred, and the API was unable to service your request.',
      })
}
