import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest'
import { pipeline, undiciInterceptor, type ExecuteOptions, type Pipeline } from 'seaworthy/resilience'
import { Agent, fetch as undiciFetch, request, stream, type Dispatcher } from 'undici'
import { sampleServer, status, until, type SampleServer } from './sample-server.ts'
import { undiciRig, type UndiciRig } from './undici-rig.ts'

let server: SampleServer
let rig: UndiciRig

beforeEach(async () => {
  server = await sampleServer()
  rig = undiciRig()
})

afterEach(async () => {
  await rig[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

test('undiciInterceptor: is what compose of undici takes', () => {
  const interceptor = undiciInterceptor(pipeline([]))
  expectTypeOf(interceptor).toExtend<Dispatcher.DispatcherComposeInterceptor>()
  expect(() => undiciInterceptor(pipeline([]), { fetch } as never)).toThrow(
    'Cannot configure undici interceptor: "fetch" must be one of',
  )
})

test('undiciInterceptor: request gets the answer of the first attempt that succeeds', async () => {
  const { breaker, dispatcher, settled } = rig
  server.answer(status(503), status(500), status(200, { 'x-sample': 'yes' }))
  const { statusCode, headers, body } = await settled(request(server.url, { dispatcher }))
  expect([statusCode, headers['x-sample'], await body.text()]).toEqual([200, 'yes', 'status 200'])
  expect(breaker.snapshot().counts).toMatchObject({ ok: 1, failed: 2 })
})

test('undiciInterceptor: fetch gets the answer of the first attempt that succeeds', async () => {
  const { dispatcher, settled } = rig
  server.answer(status(503), status(500), status(200, { 'x-sample': 'yes' }))
  const response = await settled(undiciFetch(server.url, { dispatcher }))
  expect([response.status, response.headers.get('x-sample'), await response.text()]).toEqual([
    200,
    'yes',
    'status 200',
  ])
})

test('undiciInterceptor: stream gets the answer of the first attempt that succeeds, and its factory is asked once', async () => {
  const { dispatcher, settled } = rig
  server.answer(status(503), status(500), status(200))
  const statuses: number[] = []
  let text = ''
  const write = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk)
      done()
    },
  })
  await settled(
    stream(server.url, { method: 'GET', dispatcher }, ({ statusCode }) => {
      statuses.push(statusCode)
      return write
    }),
  )
  expect([statuses, text]).toEqual([[200], 'status 200'])
})

test('undiciInterceptor: pipeline of undici gets the answer of the first attempt that succeeds', async () => {
  const { dispatcher } = rig
  server.answer(status(200))
  let text = ''
  const duplex = dispatcher.pipeline(
    { origin: new URL(server.url).origin, path: '/', method: 'GET' },
    ({ body }) => body,
  )
  for await (const chunk of duplex.end()) text += String(chunk)
  expect(text).toBe('status 200')
})

test('undiciInterceptor: when the policies give up on a status, the caller has the last answer whole', async () => {
  const { breaker, dispatcher, settled } = rig
  server.answer(status(500), status(502), status(503, { 'x-sample': 'last' }))
  const { statusCode, headers, body } = await settled(request(server.url, { dispatcher }))
  expect([statusCode, headers['x-sample'], await body.text()]).toEqual([503, 'last', 'status 503'])
  expect(breaker.snapshot().counts).toMatchObject({ ok: 0, failed: 3 })
})

test('undiciInterceptor: a large last answer is delivered whole', async () => {
  const { dispatcher, settled } = rig
  const large = 'x'.repeat(3_000_000)
  server.answer((response) => response.writeHead(503).end(large))
  const { body } = await settled(request(server.url, { dispatcher }))
  expect((await body.text()).length).toBe(3_000_000)
})

test('undiciInterceptor: gives an error instead of the last answer if asked to', async () => {
  await using own = undiciRig({ onGiveUp: 'error' })
  const { dispatcher, settled } = own
  server.answer(status(429, { 'retry-after': '0' }))
  const { host } = new URL(server.url)
  await expect(settled(request(server.url, { dispatcher }))).rejects.toMatchObject({
    code: 'ERR_HTTP_STATUS',
    details: { method: 'GET', host, status: 429 },
    retryAfterMs: 0,
  })
})

test('undiciInterceptor: an error of the policies themselves is the caller’s, and nothing is sent', async () => {
  const { breaker, dispatcher } = rig
  breaker.forceOpen()
  const refused = expect.objectContaining({ code: 'ERR_CIRCUIT_OPEN' })
  await expect(request(server.url, { dispatcher, method: 'POST' })).rejects.toEqual(refused)
  const failed = undiciFetch(server.url, { dispatcher, method: 'POST' })
  await expect(failed).rejects.toMatchObject({ message: 'fetch failed', cause: refused })
  expect(server.connections.length).toBe(0)
})

test.each([
  ['seconds', '2', 2_000],
  ['an HTTP date', 'Mon, 05 Jan 2026 08:00:03 GMT', 3_000],
])('undiciInterceptor: waits as long as Retry-After asks for in %s', async (_form, field, ms) => {
  const { clock, dispatcher } = rig
  server.answer(status(429, { 'retry-after': field }), status(200))
  const result = request(server.url, { dispatcher })
  await until(() => server.requests.length === 1 && clock.pending === 1)
  await clock.advance(ms - 1)
  expect(server.requests.length).toBe(1)
  await clock.advance(1)
  expect((await result).statusCode).toBe(200)
})

test('undiciInterceptor: a connection that breaks before the answer is tried again', async () => {
  const { dispatcher, settled } = rig
  server.answer((response) => response.destroy(), status(200))
  expect((await settled(request(server.url, { dispatcher }))).statusCode).toBe(200)
  server.answer((response) => response.destroy())
  await expect(settled(request(server.url, { dispatcher }))).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
  expect(server.requests.length).toBe(5)
})

test('undiciInterceptor: the key of a call is the host and port of its URL', async () => {
  const seen: unknown[] = []
  const watched: Pipeline = {
    ...pipeline([]),
    execute: (work, options?: ExecuteOptions & { readonly key?: string }) => {
      seen.push(options?.key)
      return pipeline([]).execute(work)
    },
  }
  const agent = new Agent()
  const dispatcher = agent.compose(undiciInterceptor(watched))
  server.answer(status(200))
  await request(server.url, { dispatcher })
  const byUrl = agent.compose(undiciInterceptor(watched, { key: ({ method, url }) => `${method} ${url}` }))
  await request(server.url, { dispatcher: byUrl })
  await agent.destroy()
  expect(seen).toEqual([new URL(server.url).host, `GET ${server.url}`])
})

test('undiciInterceptor: headers reach the caller raw, and information before the answer as it comes', async () => {
  const { dispatcher, settled } = rig
  const hints: number[] = []
  server.answer(status(503), (response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.writeHead(200, { 'X-Sample': 'yes' }).end()
  })
  const onInfo = (info: { statusCode: number }): unknown => hints.push(info.statusCode)
  const { headers } = await settled(
    request(server.url, { dispatcher, responseHeaders: 'raw', onInfo: (info) => void onInfo(info) }),
  )
  expect(hints).toEqual([103])
  expect(JSON.stringify(headers)).toContain('"X-Sample","yes"')
})

test('undiciInterceptor: an upgrade passes by', async () => {
  const { breaker, dispatcher } = rig
  breaker.forceOpen()
  server.answer(status(200))
  const { origin } = new URL(server.url)
  await expect(dispatcher.upgrade({ origin, path: '/', method: 'GET' } as never)).rejects.not.toMatchObject({
    code: 'ERR_CIRCUIT_OPEN',
  })
  expect(server.connections.length).toBe(1)
})
