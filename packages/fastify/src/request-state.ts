import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Clock } from 'seaworthy/core'
import { contextFromHeaders, type RequestContext } from 'seaworthy/telemetry'
import { pooledRandom } from './pooled-random.ts'

/** What is known about a request from its first moment on, before any route was looked for. */
export interface RequestState {
  readonly context: RequestContext
  readonly startedAt: number
}

// A property and not a WeakMap: entries of a WeakMap cost the garbage collector more than the request itself.
const stateKey = Symbol('seaworthy.request')
const random = pooledRandom()

type Marked = IncomingMessage & { [stateKey]?: RequestState }

/** Begins a request: its context comes from its headers. */
export function beginRequest(raw: Marked, clock: Clock): RequestState {
  const state: RequestState = { context: contextFromHeaders(raw.headers, random), startedAt: clock.now() }
  raw[stateKey] = state
  return state
}

/** The state of a request that has begun. */
export function requestState(request: FastifyRequest): RequestState {
  const state = (request.raw as Marked)[stateKey]
  if (state === undefined)
    throw new TypeError('Cannot look up request state: the server was not made by createHttpServer')
  return state
}

/** The path of a request without its query: what may stand in answers and logs. */
export function requestPath(request: FastifyRequest): string {
  const { url } = request
  const end = url.search(/[?#]/)
  return end === -1 ? url : url.slice(0, end)
}

/** The pattern of the request's route; requests without one share a name, so that paths cannot become metric labels. */
export function routePattern(request: FastifyRequest): string {
  return request.routeOptions?.url ?? 'no route'
}

/** Whether a part of the request's body has not arrived yet. */
export function isArriving({ raw, headers }: FastifyRequest): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return hasBody && !raw.complete && !raw.readableEnded
}
