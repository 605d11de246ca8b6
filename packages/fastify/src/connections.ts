import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** The open connections of a server and what each is doing. */
export interface Connections {
  readonly size: number
  /** Whether an answer is on its way on this connection. */
  isAnswering(socket: Socket): boolean
  /** Closes what was opened and never used, as browsers do ahead of need: it would hold up a shutdown. */
  closeUnused(): void
}

/** Follows the connections of a server. */
export function trackConnections(server: Server): Connections {
  const open = new Set<Socket>()
  const answering = new WeakMap<Socket, number>()
  const change = (socket: Socket, by: number): void => {
    answering.set(socket, (answering.get(socket) ?? 0) + by)
  }
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    change(socket, 1)
    response.once('close', () => change(socket, -1))
  })
  return {
    get size() {
      return open.size
    },
    isAnswering: (socket) => (answering.get(socket) ?? 0) > 0,
    closeUnused() {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
    },
  }
}
