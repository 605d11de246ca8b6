import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What a server of a test got. */
export interface SeenRequest {
  readonly method: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers one request. */
export type Handle = (response: ServerResponse, request: IncomingMessage) => void

/** A real HTTP server that answers as it is told. */
export interface SampleServer extends AsyncDisposable {
  readonly url: string
  /** The requests that came whole, oldest first. */
  readonly requests: readonly SeenRequest[]
  /** The connections that came. */
  readonly connections: readonly Socket[]
  /** Answers the requests to come in turn; the last one answers all further ones. */
  answer(...handles: readonly Handle[]): void
}

export async function sampleServer(): Promise<SampleServer> {
  let handles: readonly Handle[] = []
  const requests: SeenRequest[] = []
  const connections: Socket[] = []
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const handle = handles[0]
    if (handles.length > 1) handles = handles.slice(1)
    let body = ''
    try {
      for await (const chunk of request) body += String(chunk)
    } catch {
      // The client went away while it sent.
      return
    }
    requests.push({ method: request.method ?? '', headers: request.headers, body })
    handle?.(response, request)
  })
  server.on('connection', (socket) => connections.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?secret=1`,
    requests,
    connections,
    answer: (...next) => {
      handles = next
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers with a status, and with the body `status <n>`. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Handle {
  return (response) => response.writeHead(code, headers).end(`status ${code}`)
}

/** Client and server are in one process, so that what happens at all happens in fewer turns, however slow the machine is. */
const turnsMax = 20_000

/** Waits until something holds, one turn of the event loop after the other. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn === turnsMax) throw new Error(`Waited in vain for ${turnsMax} turns of the event loop`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
