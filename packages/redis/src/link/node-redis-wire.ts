import { onAbort } from 'seaworthy/core'
import type { OpenWire } from './wire.ts'

/** What is used of a client or cluster of `redis`. */
export interface NodeRedisClient {
  connect(): Promise<unknown>
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  eval(source: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  destroy(): unknown
  on(event: string, listener: (error?: unknown) => void): unknown
}

/** Wires of clients that `createClient` makes, each used for one connection. */
export function nodeRedisWires(createClient: (signal: AbortSignal) => NodeRedisClient): OpenWire {
  return async ({ signal, onLost }) => {
    const client = createClient(signal)
    let lastError: unknown
    client.on('error', (error) => {
      lastError = error
    })
    client.on('terminated', onLost)
    client.on('end', () => onLost(lastError ?? new Error('the connection ended')))
    onAbort(signal, () => void client.destroy())
    await client.connect()
    return {
      evalSha: (sha1, keys, args) => client.evalSha(sha1, { keys, arguments: args }),
      eval: (source, keys, args) => client.eval(source, { keys, arguments: args }),
      subscribe: (channel, listener) => client.subscribe(channel, listener),
    }
  }
}
