import type { Readable } from 'node:stream'
import { currentContext } from 'seaworthy/telemetry'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acceptStreams, type HttpServer } from '../src/index.ts'
import { fixture } from './fixture.ts'
import { lastAnswer, listen, sendRaw } from './raw-socket.ts'

let server: HttpServer
let port: number

beforeEach(async () => {
  ;({ server } = await fixture())
  acceptStreams(server, ['text/csv'])
  server.post('/rows', { bodyLimit: 20_000 }, async (request) => {
    let bytes = 0
    for await (const chunk of request.body as Readable) bytes += (chunk as Buffer).byteLength
    return { bytes, correlationId: currentContext()?.correlationId }
  })
  server.post('/unread', async () => ({ read: false }))
  port = await listen(server)
})

afterEach(() => server.close())

const head = (path: string, rest: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Correlation-ID: abc\r\nConnection: close\r\nContent-Type: text/csv\r\n${rest}\r\n\r\n`
const chunk = (size: number): string => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`

test('acceptStreams: a handler reads the stream inside its context', async () => {
  const raw = await sendRaw(
    port,
    head('/rows', 'Transfer-Encoding: chunked'),
    chunk(9000),
    chunk(9000),
    '0\r\n\r\n',
  )
  expect(raw).toContain('{"bytes":18000,"correlationId":"abc"}')
})

test('acceptStreams: a declared length beyond the limit is refused before anything is read', async () => {
  const answer = lastAnswer(await sendRaw(port, head('/rows', 'Content-Length: 20001')))
  expect(answer.problem).toMatchObject({ status: 413, code: 'ERR_BODY_TOO_LARGE' })
})

test('acceptStreams: a stream beyond the limit is cut with an answer', async () => {
  const raw = await sendRaw(
    port,
    head('/rows', 'Transfer-Encoding: chunked'),
    chunk(9000),
    chunk(9000),
    chunk(9000),
  )
  expect(lastAnswer(raw).problem).toMatchObject({ status: 413, code: 'ERR_BODY_TOO_LARGE' })
})

test('acceptStreams: a handler need not read the body', async () => {
  const raw = await sendRaw(port, head('/unread', 'Content-Length: 5'), 'hello')
  expect(raw).toContain('{"read":false}')
})
