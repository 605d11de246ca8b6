/**
 * What a link needs of a client library: one connection at a time, from its handshake to its end. Reconnecting, limits in
 * time and what a failure means are the link's, so that they are the same for every client.
 */
export interface RedisWire {
  /** Runs a script that the server knows. Rejects with its `NOSCRIPT` error when it does not. */
  evalSha(sha1: string, keys: string[], args: string[]): Promise<unknown>
  eval(source: string, keys: string[], args: string[]): Promise<unknown>
  /** Settles when the server sends what is published on the channel. */
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
}

/** What a connection is told, and tells. */
export interface WireRequest {
  /** Ends the connection at once when it aborts, under way or made. Nothing of it may keep the process alive then. */
  readonly signal: AbortSignal
  /** Called when the connection is gone for good, before or after it was ready. */
  readonly onLost: (cause: unknown) => void
}

/** Connects once. */
export type OpenWire = (request: WireRequest) => Promise<RedisWire>
