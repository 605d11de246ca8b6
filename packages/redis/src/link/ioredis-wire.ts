import { onAbort } from 'seaworthy/core'
import type { OpenWire } from './wire.ts'

/** What is used of a client or cluster of `ioredis`. */
export interface IoredisClient {
  connect(): Promise<unknown>
  evalsha(sha1: string, keyCount: number, ...keysAndArgs: string[]): Promise<unknown>
  eval(source: string, keyCount: number, ...keysAndArgs: string[]): Promise<unknown>
  subscribe(...channels: string[]): Promise<unknown>
  disconnect(): void
  on(event: string, listener: (...args: unknown[]) => void): unknown
}

/** Wires of clients that `createClient` makes, each used for one connection. */
export function ioredisWires(createClient: (signal: AbortSignal) => IoredisClient): OpenWire {
  return async ({ signal, onLost }) => {
    const client = createClient(signal)
    const listeners = new Map<string, (message: string) => void>()
    let lastError: unknown
    client.on('error', (error) => {
      lastError = error
    })
    client.on('end', () => onLost(lastError ?? new Error('the connection ended')))
    client.on('message', (channel, message) => listeners.get(String(channel))?.(String(message)))
    onAbort(signal, () => end(client))
    try {
      await client.connect()
    } catch (error) {
      // It rejects with "Connection is closed" and tells the reason by the event alone.
      throw lastError ?? error
    }
    return {
      evalSha: (sha1, keys, args) => client.evalsha(sha1, keys.length, ...keys, ...args),
      eval: (source, keys, args) => client.eval(source, keys.length, ...keys, ...args),
      subscribe: (channel, listener) => {
        listeners.set(channel, listener)
        return client.subscribe(channel)
      },
    }
  }
}

/** Disconnects without waiting for the other side, which may be frozen. */
function end(client: IoredisClient): void {
  const stream: unknown = 'stream' in client ? client.stream : undefined
  client.disconnect()
  if (typeof stream === 'object' && stream !== null && 'destroy' in stream) {
    if (typeof stream.destroy === 'function') stream.destroy()
  }
}
