import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import type { HttpServer } from '../src/index.ts'

/** Starts listening on a free port of the loopback address. */
export async function listen(server: HttpServer): Promise<number> {
  await server.listen({ port: 0, host: '127.0.0.1' })
  return (server.server.address() as AddressInfo).port
}

/** What came back on a connection on which exactly these bytes were sent, until the server closed it. */
export async function sendRaw(port: number, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => {})
  await once(socket, 'connect')
  for (const part of parts) socket.write(part)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

/** Status and problem document of the last answer in raw text. */
export function lastAnswer(raw: string): {
  readonly status: number
  readonly head: string
  readonly problem: unknown
} {
  const start = raw.lastIndexOf('HTTP/1.1 ')
  const [head = '', body = ''] = raw.slice(start).split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), problem: JSON.parse(body || 'null') }
}
