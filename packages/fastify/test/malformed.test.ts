import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HttpServer } from '../src/index.ts'
import { fixture } from './fixture.ts'
import { lastAnswer, listen, sendRaw } from './raw-socket.ts'

let server: HttpServer
let port: number

beforeEach(async () => {
  ;({ server } = await fixture({
    limits: {
      headerBytes: 2048,
      bodyBytes: 1000,
      headersTimeout: '200ms',
      requestTimeout: '300ms',
      checkInterval: '20ms',
      deadline: '10s',
    },
  }))
  server.get('/fine', async () => ({ fine: true }))
  server.get('/wait', async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return { waited: true }
  })
  server.post('/echo', async (request) => request.body)
  port = await listen(server)
})

afterEach(() => server.close())

const host = 'Host: x\r\n'
const json = 'Content-Type: application/json\r\n'

test.each([
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 ERR_MALFORMED_REQUEST'],
  ['an unknown method', `NOSUCH / HTTP/1.1\r\n${host}\r\n`, '400 ERR_MALFORMED_REQUEST'],
  ['a wrong version', `GET / HTTP/9.9\r\n${host}\r\n`, '400 ERR_MALFORMED_REQUEST'],
  ['a header without a name', `GET / HTTP/1.1\r\n${host}: x\r\n\r\n`, '400 ERR_MALFORMED_REQUEST'],
  [
    'a control character in a header',
    `GET / HTTP/1.1\r\n${host}A: b\x00c\r\n\r\n`,
    '400 ERR_MALFORMED_REQUEST',
  ],
  [
    'both length and chunks',
    `POST /echo HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    '400 ERR_MALFORMED_REQUEST',
  ],
  [
    'two lengths',
    `POST /echo HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    '400 ERR_MALFORMED_REQUEST',
  ],
  [
    'a negative length',
    `POST /echo HTTP/1.1\r\n${host}Content-Length: -5\r\n\r\n`,
    '400 ERR_MALFORMED_REQUEST',
  ],
  [
    'a bad chunk size',
    `POST /echo HTTP/1.1\r\n${host}${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    '400 ERR_MALFORMED_REQUEST',
  ],
  [
    'headers beyond the limit',
    `GET / HTTP/1.1\r\n${host}A: ${'x'.repeat(3000)}\r\n\r\n`,
    '431 ERR_HEADERS_TOO_LARGE',
  ],
  [
    'a URL beyond the header limit',
    `GET /${'x'.repeat(3000)} HTTP/1.1\r\n${host}\r\n`,
    '431 ERR_HEADERS_TOO_LARGE',
  ],
  ['no Host', 'GET /fine HTTP/1.1\r\nConnection: close\r\n\r\n', '400 ERR_MALFORMED_REQUEST'],
  [
    'an unknown expectation',
    `GET /fine HTTP/1.1\r\n${host}Expect: wonders\r\nConnection: close\r\n\r\n`,
    '417 ERR_EXPECTATION_FAILED',
  ],
  [
    'a body larger than declared limit',
    `POST /echo HTTP/1.1\r\n${host}${json}Content-Length: 5000\r\n\r\n{`,
    '413 ERR_BODY_TOO_LARGE',
  ],
  [
    'chunks beyond the body limit',
    `POST /echo HTTP/1.1\r\n${host}${json}Transfer-Encoding: chunked\r\n\r\n7d0\r\n${'x'.repeat(2000)}\r\n`,
    '413 ERR_BODY_TOO_LARGE',
  ],
])('a request with %s is refused with a problem document', async (_name, bytes, expected) => {
  const [status, code] = expected.split(' ')
  const answer = lastAnswer(await sendRaw(port, Buffer.from(bytes, 'latin1')))
  expect(answer.problem).toMatchObject({
    status: Number(status),
    code,
    type: expect.stringMatching(/^urn:seaworthy:problem:/),
  })
  expect(answer.head).toContain('content-type: application/problem+json')
  expect(answer.head).toContain('connection: close')
  expect(answer.head).toContain('x-correlation-id: ')
})

test('headers that never end are answered and the connection is closed', async () => {
  const answer = lastAnswer(await sendRaw(port, 'GET /fine HTTP/1.1\r\nHost: x\r\nA: '))
  expect(answer.problem).toMatchObject({ status: 408, code: 'ERR_REQUEST_TIMEOUT' })
})

test('a connection that sends nothing is closed', async () => {
  await expect(sendRaw(port)).resolves.toContain('408')
})

test('a body that never ends is answered and the connection is closed', async () => {
  const answer = lastAnswer(
    await sendRaw(port, `POST /echo HTTP/1.1\r\n${host}${json}Content-Length: 100\r\n\r\n{`),
  )
  expect(answer.problem).toMatchObject({ status: 408, code: 'ERR_REQUEST_TIMEOUT' })
})

test('rubbish behind a request does not get into its answer', async () => {
  const raw = await sendRaw(port, `GET /wait HTTP/1.1\r\n${host}\r\nrubbish\r\n\r\n`)
  expect(raw).not.toContain('problem')
})

test('a method that HTTP has and the path has not is 405', async () => {
  const answer = lastAnswer(
    await sendRaw(port, `PROPFIND /fine HTTP/1.1\r\n${host}Connection: close\r\n\r\n`),
  )
  expect(answer.problem).toMatchObject({ status: 405 })
  expect(answer.head).toContain('allow: get, head')
})

test('the server answers as before after all of it', async () => {
  await sendRaw(port, 'rubbish\r\n\r\n')
  const raw = await sendRaw(port, `GET /fine HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
  expect(raw).toContain('{"fine":true}')
})
