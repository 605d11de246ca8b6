import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from 'seaworthy/core'
import { runWithContext, type HttpMetrics } from 'seaworthy/telemetry'
import { requestPath, requestState, routePattern } from './request-state.ts'

export interface ObserveSetting {
  readonly clock: Clock
  readonly metrics: HttpMetrics
  /** Whether the line names the caller's address. */
  readonly clientAddress: boolean
}

/** Watches one request from its first moment. */
export type RequestObserver = (request: FastifyRequest, reply: FastifyReply) => void

/** Makes what measures requests and writes one line about each when its answer has left, or its caller. */
export function requestObserver(setting: ObserveSetting): RequestObserver {
  const inFlight = setting.metrics.inFlight.with({})
  return (request, reply) => {
    inFlight.add()
    let open = true
    const end = (aborted: boolean): void => {
      if (!open) return
      open = false
      inFlight.add(-1)
      runWithContext(requestState(request).context, () => report({ request, reply, aborted, setting }))
    }
    reply.raw.once('finish', () => end(false))
    reply.raw.once('close', () => end(true))
  }
}

interface Ended {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly aborted: boolean
  readonly setting: ObserveSetting
}

function report({ request, reply, aborted, setting }: Ended): void {
  const { clock, metrics, clientAddress } = setting
  const { method } = request
  const route = routePattern(request)
  const durationMs = clock.now() - requestState(request).startedAt
  const status = aborted ? 499 : reply.raw.statusCode
  metrics.requests.with({ method, route, status }).add()
  metrics.durationSeconds.with({ method, route }).record(durationMs / 1000)
  if (aborted) metrics.aborted.with({ route }).add()
  const requestBytes = byteCount(request.headers['content-length'])
  if (requestBytes !== undefined) metrics.requestBytes.with({ route }).record(requestBytes)
  const responseBytes = byteCount(reply.raw.getHeader('content-length'))
  if (responseBytes !== undefined) metrics.responseBytes.with({ route }).record(responseBytes)
  request.log.info(
    {
      event: 'request',
      method,
      route,
      path: requestPath(request),
      status,
      durationMs: Math.round(durationMs * 100) / 100,
      ...(responseBytes !== undefined && { responseBytes }),
      ...(clientAddress && { client: request.ip }),
      ...(request.principal !== undefined && { subject: request.principal.subject }),
      ...(request.scope !== undefined && {
        serviceLevel: reply.getHeader('service-level') ?? request.scope.level(),
      }),
    },
    `${method} ${route} ${status}`,
  )
}

function byteCount(header: number | string | readonly string[] | undefined): number | undefined {
  if (typeof header !== 'string' && typeof header !== 'number') return undefined
  const bytes = Number(header)
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined
}
