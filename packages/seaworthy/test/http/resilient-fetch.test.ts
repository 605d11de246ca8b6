import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from 'vitest'
import { pipeline, resilientFetch, type ExecuteOptions, type Pipeline } from 'seaworthy/resilience'
import { fetchRig } from './fetch-rig.ts'
import { sampleServer, status, until, type SampleServer } from './sample-server.ts'

let server: SampleServer

beforeEach(async () => {
  server = await sampleServer()
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

test('resilientFetch: is a fetch, and its answer is the one that fetch gives', async () => {
  const { send } = fetchRig()
  expectTypeOf(send).toEqualTypeOf<typeof fetch>()
  server.answer(status(200, { 'x-sample': 'yes' }))
  const response = await send(server.url)
  expect([response.status, response.url, response.headers.get('x-sample')]).toEqual([200, server.url, 'yes'])
  expect(await response.text()).toBe('status 200')
})

test.each([408, 429, 500, 502, 503, 504, 599])(
  'resilientFetch: a status of %d is tried again',
  async (code) => {
    const { settled, breaker, send } = fetchRig()
    server.answer(status(code), status(code), status(200))
    expect((await settled(send(server.url))).status).toBe(200)
    expect(server.requests.length).toBe(3)
    expect(breaker.snapshot().counts).toMatchObject({ ok: 1, failed: 2 })
  },
)

test.each([201, 304, 400, 401, 404, 409, 425, 499])(
  'resilientFetch: a status of %d is an answer like any other',
  async (code) => {
    const { breaker, send } = fetchRig()
    server.answer(status(code))
    expect((await send(server.url)).status).toBe(code)
    expect(server.requests.length).toBe(1)
    expect(breaker.snapshot().counts).toMatchObject({ ok: 1, failed: 0 })
  },
)

test('resilientFetch: which statuses are failures can be said', async () => {
  const { settled, send } = fetchRig({ isFailure: (code) => code === 404 })
  server.answer(status(404), status(500))
  expect((await settled(send(server.url))).status).toBe(500)
  expect(server.requests.length).toBe(2)
})

test('resilientFetch: when the policies give up on a status, the caller has a Response and the breaker a failure', async () => {
  const { settled, breaker, send } = fetchRig()
  server.answer(status(500), status(502), status(503))
  const response = await settled(send(server.url))
  expect([response.status, await response.text()]).toEqual([503, 'status 503'])
  expect(breaker.snapshot().counts).toMatchObject({ ok: 0, failed: 3 })
})

test('resilientFetch: gives an error instead of the response if asked to, and no secrets in it', async () => {
  const { settled, send } = fetchRig({ onGiveUp: 'error' })
  server.answer(status(503, { 'retry-after': '0' }))
  const { host } = new URL(server.url)
  await expect(settled(send(server.url, { method: 'put', body: 'x' }))).rejects.toMatchObject({
    code: 'ERR_HTTP_STATUS',
    message: `Cannot use the answer to PUT ${host}: must not have a status of failure, received 503`,
    details: { method: 'PUT', host, status: 503 },
    retryAfterMs: 0,
  })
})

test('resilientFetch: an answer that names no time to wait, and a URL without a host, are told as such', async () => {
  const own = async (): Promise<Response> => new Response(null, { status: 500 })
  const send = resilientFetch(pipeline([]), { fetch: own, onGiveUp: 'error' })
  const error: unknown = await send('/relative').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    message: 'Cannot use the answer to GET request: must not have a status of failure, received 500',
    details: { method: 'GET', host: undefined, status: 500 },
  })
  expect(error).toHaveProperty('retryAfterMs', undefined)
})

test('resilientFetch: an error of the policies themselves is thrown, and nothing is sent', async () => {
  const { breaker, send } = fetchRig()
  breaker.forceOpen()
  await expect(send(server.url, { method: 'POST' })).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
  expect(server.connections.length).toBe(0)
})

test.each([
  ['seconds', '2', 2_000],
  ['an HTTP date', 'Mon, 05 Jan 2026 08:00:03 GMT', 3_000],
])('resilientFetch: waits as long as Retry-After asks for in %s', async (_form, field, ms) => {
  const { clock, send } = fetchRig()
  server.answer(status(429, { 'retry-after': field }), status(200))
  const result = send(server.url)
  await until(() => server.requests.length === 1 && clock.pending === 1)
  await clock.advance(ms - 1)
  expect(server.requests.length).toBe(1)
  await clock.advance(1)
  expect((await result).status).toBe(200)
})

test('resilientFetch: a connection that breaks before the answer is tried again', async () => {
  const { settled, send } = fetchRig()
  server.answer((response) => response.destroy(), status(200))
  expect((await settled(send(server.url))).status).toBe(200)
  server.answer((response) => response.destroy())
  await expect(settled(send(server.url))).rejects.toThrow(new TypeError('fetch failed'))
  expect(server.requests.length).toBe(5)
})

test('resilientFetch: the key of a call is the host and port of its URL, or as asked', async () => {
  const seen: unknown[] = []
  const watched: Pipeline = {
    ...pipeline([]),
    execute: (work, options?: ExecuteOptions & { readonly key?: string }) => {
      seen.push(options?.key)
      return pipeline([]).execute(work)
    },
  }
  server.answer(status(200))
  await resilientFetch(watched)(server.url)
  await resilientFetch(watched)(new Request(server.url))
  const own = resilientFetch(watched, {
    key: (request) => `${request.method} ${request.header('x-tenant') ?? 'nobody'}`,
  })
  await own(server.url, { headers: { 'X-Tenant': 'a' } })
  await own(new Request(server.url, { headers: { 'X-Tenant': 'b' } }))
  await own(server.url)
  const anywhere = async (): Promise<Response> => new Response()
  await resilientFetch(watched, { fetch: anywhere })('/relative')
  const { host } = new URL(server.url)
  expect(seen).toEqual([host, host, 'GET a', 'GET b', 'GET nobody', undefined])
})

test('resilientFetch: sends with the fetch that it was given, or the global one of the moment', async () => {
  const own = vi.fn<typeof fetch>(async () => new Response('own'))
  expect(
    await (await resilientFetch(pipeline([]), { fetch: own })('http://own.test/', { method: 'PUT' })).text(),
  ).toBe('own')
  expect(own).toHaveBeenCalledExactlyOnceWith('http://own.test/', expect.objectContaining({ method: 'PUT' }))
  const send = resilientFetch(pipeline([]))
  const global = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('global'))
  expect(await (await send('http://own.test/')).text()).toBe('global')
  global.mockRestore()
})

test('resilientFetch: refuses wrong options', () => {
  const guard = pipeline([])
  expect(() => resilientFetch(guard, { covers: 'all' } as never)).toThrow(
    'Cannot configure resilient fetch: "covers" must be one of "headers", "body", received "all"',
  )
  expect(() => resilientFetch(guard, { bodyMaxBytes: -1 })).toThrow('from 0 to 1073741824, received -1')
  expect(() => resilientFetch(guard, { requestBodyMaxBytes: 0.5 })).toThrow('received 0.5')
  expect(() => resilientFetch(guard, { retries: 3 } as never)).toThrow('"retries" must be one of')
})
