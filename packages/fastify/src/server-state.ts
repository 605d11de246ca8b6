import type { FastifyInstance } from 'fastify'
import type { Clock } from 'seaworthy/core'
import type { Metrics } from 'seaworthy/telemetry'
import type { Connections } from './connections.ts'
import type { HttpServer } from './http-types.ts'

/** What the parts of one server share. */
export interface ServerState {
  readonly metrics: Metrics
  readonly clock: Clock
  readonly connections: Connections
  /** Every answer closes its connection from now on. */
  draining: boolean
}

const states = new WeakMap<FastifyInstance['server'], ServerState>()

export function setServerState(server: HttpServer, parts: Omit<ServerState, 'draining'>): ServerState {
  const state: ServerState = { ...parts, draining: false }
  states.set(server.server, state)
  return state
}

/** The state of a server, from any of its scopes. */
export function serverState(server: HttpServer): ServerState {
  const state = states.get(server.server)
  if (state === undefined) throw new TypeError('Cannot use server: it must be made by createHttpServer')
  return state
}
