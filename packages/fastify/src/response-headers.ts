import type { FastifyReply, FastifyRequest } from 'fastify'
import { securityHeaders, type SecurityHeadersOptions } from 'seaworthy/security'
import { formatTraceParent } from 'seaworthy/telemetry'
import { requestState } from './request-state.ts'

/** Puts on an answer what each answer carries, whatever comes of the request. */
export type ResponseHeaders = (request: FastifyRequest, reply: FastifyReply) => void

/** HSTS and what else belongs to TLS is added when the caller came over TLS, also to a trusted proxy. */
export function responseHeaders(options: Omit<SecurityHeadersOptions, 'tls'>): ResponseHeaders {
  const plain = securityHeaders({ ...options, tls: false })
  const secure = securityHeaders({ ...options, tls: true })
  return (request, reply) => {
    const { context } = requestState(request)
    reply.headers(request.protocol === 'https' ? secure : plain)
    reply.header('x-correlation-id', context.correlationId)
    reply.header('traceparent', formatTraceParent(context))
  }
}
