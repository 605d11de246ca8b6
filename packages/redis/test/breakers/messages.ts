import type { PeerReport, CircuitBreakerSnapshot } from 'seaworthy/resilience'

/** What a node with a breaker and its parent say to each other, as lines of JSON. Each request has one answer. */

export interface NodePlan {
  readonly instance: string
  readonly url: string
  readonly client: 'node-redis' | 'ioredis'
  readonly heartbeatMs: number
  readonly expiryMs: number
}

export type NodeRequest =
  /** Makes a call through the breaker; its function fails or not. */
  | { readonly do: 'call'; readonly fails: boolean }
  /** Lets an open breaker try a call now. */
  | { readonly do: 'recover' }
  | { readonly do: 'look' }

export interface NodeView {
  readonly snapshot: CircuitBreakerSnapshot
  /** What it knows of the others. */
  readonly peers: readonly PeerReport[]
  readonly link: 'connecting' | 'ready' | 'away' | 'closed'
}

export interface NodeAnswer extends NodeView {
  /** How the call ended; undefined when none was asked for. */
  readonly call: 'ok' | 'failed' | 'refused' | undefined
  /** Whether the event loop turned before it ended: then it has waited for something outside of the process. */
  readonly hasWaited: boolean
}
