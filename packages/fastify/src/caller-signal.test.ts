import { createConnection } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { callerSignal } from './caller-signal.ts'
import { createHttpServer } from './http-server.ts'

async function serve() {
  const server = await createHttpServer({ log: { level: 'fatal' }, rateLimit: false })
  const seen = Promise.withResolvers<AbortSignal>()
  const answer = Promise.withResolvers<string>()
  server.post('/echo', { config: { deadline: '100ms' } }, async (request, reply) => {
    seen.resolve(callerSignal(request, reply))
    return answer.promise
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
  return { server, seen: seen.promise, answer, port: (server.server.address() as AddressInfo).port }
}

const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

test('callerSignal: is not aborted by a body that was read, nor by the answer', async () => {
  const { server, seen, answer, port } = await serve()
  const response = fetch(`http://127.0.0.1:${port}/echo`, post)
  const signal = await seen
  expect(signal.aborted).toBe(false)
  answer.resolve('done')
  expect(await (await response).text()).toBe('done')
  await server.close()
  expect(signal.aborted).toBe(false)
})

test('callerSignal: aborts when the caller goes', async () => {
  const { server, seen, answer, port } = await serve()
  const socket = createConnection(port, '127.0.0.1')
  socket.write(
    'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
  )
  const signal = await seen
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
  socket.destroy()
  await aborted
  answer.resolve('')
  await server.close()
})

test("callerSignal: aborts when the handler's time is over", async () => {
  const { server, seen, answer, port } = await serve()
  const response = await fetch(`http://127.0.0.1:${port}/echo`, post)
  expect(response.status).toBe(503)
  await response.arrayBuffer()
  const signal = await seen
  await expect.poll(() => signal.aborted).toBe(true)
  answer.resolve('')
  await server.close()
})
