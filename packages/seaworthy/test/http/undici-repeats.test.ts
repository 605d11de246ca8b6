import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FormData, fetch as undiciFetch, request, type Dispatcher } from 'undici'
import { sampleServer, status, type SampleServer } from './sample-server.ts'
import { undiciRig, type UndiciRig } from './undici-rig.ts'

let server: SampleServer
let rig: UndiciRig

beforeEach(async () => {
  server = await sampleServer()
  server.answer(status(503))
  rig = undiciRig()
})

afterEach(async () => {
  await rig[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

async function requestsOf(options: Omit<Dispatcher.RequestOptions, 'path' | 'origin'>): Promise<number> {
  const before = server.requests.length
  const { dispatcher, settled } = rig
  const { statusCode, body } = await settled(request(server.url, { ...options, dispatcher }))
  expect([statusCode, await body.text()]).toEqual([503, 'status 503'])
  return server.requests.length - before
}

test('undiciInterceptor: what is idempotent is repeated, what is not is sent once', async () => {
  expect(await requestsOf({ method: 'GET' })).toBe(3)
  expect(await requestsOf({ method: 'PUT', body: 'x' })).toBe(3)
  expect(await requestsOf({ method: 'POST', body: 'x' })).toBe(1)
  expect(rig.breaker.snapshot().counts.failed).toBe(7)
})

test("undiciInterceptor: undici's own idempotent decides", async () => {
  expect(await requestsOf({ method: 'POST', idempotent: true })).toBe(3)
  expect(await requestsOf({ method: 'GET', idempotent: false })).toBe(1)
})

test('undiciInterceptor: a POST with an Idempotency-Key is repeated, however the headers are written', async () => {
  const pairs = [
    ['accept', '*/*'],
    ['Idempotency-Key', 'k'],
  ] as const
  const once = function* (): Generator<[string, string]> {
    for (const [name, value] of pairs) yield [name, value]
  }
  expect(await requestsOf({ method: 'POST', headers: { 'Idempotency-Key': 'k' } })).toBe(3)
  expect(await requestsOf({ method: 'POST', headers: pairs.flat() })).toBe(3)
  expect(await requestsOf({ method: 'POST', headers: new Headers({ 'Idempotency-Key': 'k' }) })).toBe(3)
  expect(await requestsOf({ method: 'POST', headers: once() })).toBe(3)
  expect(await requestsOf({ method: 'POST', headers: ['accept', 'idempotency-key'] })).toBe(1)
  expect(server.requests.slice(0, 12).map(({ headers }) => headers['idempotency-key'])).toEqual(
    Array(12).fill('k'),
  )
})

test('undiciInterceptor: a body in memory is sent again whole, a stream is sent once', async () => {
  const form = new FormData()
  form.set('name', 'value')
  for (const body of ['a body', Buffer.from('a body'), new Uint8Array(Buffer.from('a body'))]) {
    expect(await requestsOf({ method: 'PUT', body })).toBe(3)
  }
  expect(await requestsOf({ method: 'PUT', body: form })).toBe(3)
  expect(await requestsOf({ method: 'PUT', body: Readable.from(['a ', 'body']) })).toBe(1)
  const bodies = server.requests.map(({ body }) => body)
  expect(bodies.slice(0, 9)).toEqual(Array(9).fill('a body'))
  expect(bodies.slice(9, 12).map((body) => body.includes('name="name"\r\n\r\nvalue'))).toEqual([
    true,
    true,
    true,
  ])
  expect(bodies.at(-1)).toBe('a body')
})

test('undiciInterceptor: a fetch with a body is sent once, because undici hands it on as an iterator', async () => {
  const { dispatcher, settled } = rig
  const put = undiciFetch(server.url, { dispatcher, method: 'PUT', body: 'a body' })
  expect((await settled(put)).status).toBe(503)
  expect(server.requests.map(({ body }) => body)).toEqual(['a body'])
})
