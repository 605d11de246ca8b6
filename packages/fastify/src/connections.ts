import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from 'seaworthy/core'

/** The open connections of a server and what each is doing. */
export interface Connections {
  readonly size: number
  /**
   * Whether an answer written to the connection now would be taken for the one to what just arrived. Not when an earlier
   * request still waits for its own, and not inside an answer that has begun.
   */
  isFree(socket: Socket): boolean
  /**
   * Closes what was opened some time ago and never used, as browsers do ahead of need: it would hold up a shutdown. A
   * younger one may have its first request under way.
   */
  closeUnused(): void
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** A caller that opens a connection in order to use it has sent something by then. */
const unusedAfterMs = 500

/** Follows the connections of a server. */
export function trackConnections(server: Server, clock: Clock): Connections {
  const open = new Map<Socket, number>()
  const exchanges = new WeakMap<Socket, Set<Exchange>>()
  server.on('connection', (socket) => {
    open.set(socket, clock.now())
    socket.once('close', () => open.delete(socket))
  })
  server.on('request', (request, response) => {
    const { socket } = request
    const under = exchanges.get(socket) ?? new Set()
    const exchange = { request, response }
    exchanges.set(socket, under.add(exchange))
    response.once('close', () => under.delete(exchange))
  })
  return {
    get size() {
      return open.size
    },
    isFree(socket) {
      for (const { request, response } of exchanges.get(socket) ?? []) {
        if (request.complete || response.headersSent) return false
      }
      return true
    },
    closeUnused() {
      const before = clock.now() - unusedAfterMs
      for (const [socket, openedAt] of open)
        if (socket.bytesRead === 0 && openedAt <= before) socket.destroy()
    },
  }
}
