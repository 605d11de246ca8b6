import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SeaworthyError } from 'seaworthy/core'
import { runWithContext, type HttpMetrics } from 'seaworthy/telemetry'
import type { AllowedMethods } from './allowed-methods.ts'
import { codedError } from './coded-error.ts'
import { httpError } from './http-errors.ts'
import type { HttpServer } from './http-types.ts'
import { problemContentType, problemOf } from './problem.ts'
import type { LimitHook } from './rate-limit.ts'
import { isArriving, requestPath, requestState, routePattern } from './request-state.ts'
import type { ResponseHeaders } from './response-headers.ts'

export interface ErrorSetting {
  readonly metrics: HttpMetrics
  readonly showContext: ((details: unknown) => unknown) | undefined
  readonly responseHeaders: ResponseHeaders
}

/** Answers an error with its problem document. */
export type ErrorResponder = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void

/** Makes the one place where errors become answers. */
export function errorResponder({ metrics, showContext, responseHeaders }: ErrorSetting): ErrorResponder {
  return (thrown, request, reply) => {
    const { context } = requestState(request)
    // A deadline fires outside of the request's async context.
    runWithContext(context, () => {
      const error = codedError(thrown, request)
      const { correlationId } = context
      const problem = problemOf(error, { path: requestPath(request), correlationId, showContext })
      if (error.status >= 500) request.log.error({ err: error, code: error.code }, 'request failed')
      count(error, request, metrics)
      if (reply.getHeader('x-correlation-id') === undefined) responseHeaders(request, reply)
      setErrorHeaders(error, request, reply)
      // As bytes: to text Fastify would add a charset, which this media type does not have.
      reply
        .code(error.status)
        .type(problemContentType)
        .send(Buffer.from(JSON.stringify(problem)))
    })
  }
}

function setErrorHeaders(error: SeaworthyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('cache-control', 'no-store')
  if (error.retryAfterMs !== undefined)
    reply.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))))
  if (error.status === 401) {
    const problem = error.code === 'ERR_TOKEN_INVALID' ? ', error="invalid_token"' : ''
    reply.header('www-authenticate', `Bearer realm="api"${problem}`)
  }
  if (error.code === 'ERR_FORBIDDEN') {
    reply.header('www-authenticate', 'Bearer realm="api", error="insufficient_scope"')
  }
  // What is left of the body would be read as the next request, or keep the connection busy.
  if (isArriving(request)) reply.header('connection', 'close')
}

function count(error: SeaworthyError, request: FastifyRequest, metrics: HttpMetrics): void {
  metrics.problems.with({ code: error.code }).add()
  if (error.code === 'ERR_DEADLINE_EXCEEDED' || error.code === 'ERR_REQUEST_TIMEOUT') {
    metrics.timeouts.with({ route: routePattern(request) }).add()
  }
}

/** Answers requests that no route takes: 405 when the path has other methods, else 404. */
export function useNotFound(server: HttpServer, allowed: AllowedMethods, limit: LimitHook | undefined): void {
  server.setNotFoundHandler(limit === undefined ? {} : { preHandler: limit }, (request, reply) => {
    const methods = allowed.of(requestPath(request))
    if (methods.length === 0) throw httpError('ERR_NOT_FOUND', 'Cannot find the path')
    reply.header('allow', methods.join(', '))
    throw httpError(
      'ERR_METHOD_NOT_ALLOWED',
      `Cannot use ${request.method} here: must be one of ${methods.join(', ')}`,
    )
  })
}
