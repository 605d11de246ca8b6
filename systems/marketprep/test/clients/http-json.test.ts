import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { manualClock } from 'seaworthy/core'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HttpJson } from '../../src/clients/http-json.ts'

const Answer = Compile(Type.Object({ ok: Type.Boolean() }))
const clock = manualClock(Date.UTC(2026, 0, 5, 8))
let server: Server
let handle: (request: IncomingMessage, response: ServerResponse) => void
let http: HttpJson

beforeEach(async () => {
  handle = (_, response) => response.end('{"ok":true}')
  server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`
  http = new HttpJson({
    service: 'Sample',
    baseUrl,
    answerBytesMax: 1_000,
    clock,
    describeError: () => ({ text: '' }),
  })
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('HttpJson: sends path, query, body and headers, and leaves out what is undefined', async () => {
  let seen: { url?: string | undefined; correlation?: unknown; body?: string } = {}
  handle = async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen = { url: request.url, correlation: request.headers['x-correlation-id'], body }
    response.end('{"ok":true}')
  }
  const headers = { 'x-correlation-id': 'c-1' }
  const query = { a: 'b c', n: 1, none: undefined }
  await http.send({ headers }, { method: 'POST', path: '/things', query, body: { x: 1 }, answer: Answer })
  expect(seen).toEqual({ url: '/base/things?a=b+c&n=1', correlation: 'c-1', body: '{"x":1}' })
})

test('HttpJson: an answer above the bound is refused, also without a declared length', async () => {
  handle = (_, response) => {
    response.write(`{"ok":true,"pad":"${'x'.repeat(600)}`)
    response.end(`${'x'.repeat(600)}"}`)
  }
  await expect(http.send({}, { path: '/', answer: Answer })).rejects.toMatchObject({
    code: 'ERR_ANSWER_TOO_LARGE',
  })
})

test('HttpJson: a long error page is still an error of its status', async () => {
  handle = (_, response) => response.writeHead(502).end('x'.repeat(200_000))
  await expect(http.send({}, { path: '/', answer: Answer })).rejects.toMatchObject({
    code: 'ERR_UPSTREAM_STATUS',
    details: { status: 502 },
  })
})

test('HttpJson: Retry-After as a date counts from the clock', async () => {
  handle = (_, response) => response.writeHead(503, { 'retry-after': 'Mon, 05 Jan 2026 08:00:30 GMT' }).end()
  await expect(http.send({}, { path: '/', answer: Answer })).rejects.toMatchObject({
    code: 'ERR_UPSTREAM_STATUS',
    retryAfterMs: 30_000,
  })
})

test('HttpJson: a redirect is not followed', async () => {
  let requests = 0
  handle = (_, response) => {
    requests++
    response.writeHead(302, { location: '/elsewhere' }).end()
  }
  await expect(http.send({}, { path: '/', answer: Answer })).rejects.toMatchObject({
    code: 'ERR_UPSTREAM_REFUSED',
  })
  expect(requests).toBe(1)
})

test('HttpJson: a signal that is aborted before the call ends it with its reason', async () => {
  const reason = new Error('not now')
  await expect(http.send({ signal: AbortSignal.abort(reason) }, { path: '/', answer: Answer })).rejects.toBe(
    reason,
  )
})
