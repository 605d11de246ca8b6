import { afterEach, beforeEach, expect, test } from 'vitest'
import { fetchRig } from './fetch-rig.ts'
import { sampleServer, status, type SampleServer } from './sample-server.ts'

let server: SampleServer

beforeEach(async () => {
  server = await sampleServer()
  server.answer(status(503))
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

function streamOf(...pieces: readonly string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })
}

test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'QUERY', 'put'])(
  'resilientFetch: a request of the idempotent method %s is repeated',
  async (method) => {
    const { settled, send } = fetchRig()
    await settled(send(server.url, { method }))
    expect(server.requests.length).toBe(3)
  },
)

test.each(['POST', 'PATCH', 'LOCK'])(
  'resilientFetch: a request of the method %s is sent once, but passes the other policies',
  async (method) => {
    const { settled, breaker, send } = fetchRig()
    expect((await settled(send(server.url, { method }))).status).toBe(503)
    expect(server.requests.length).toBe(1)
    expect(breaker.snapshot().counts.failed).toBe(1)
    server.answer((response) => response.destroy())
    await expect(settled(send(server.url, { method }))).rejects.toThrow('fetch failed')
    expect(server.requests.length).toBe(2)
  },
)

test('resilientFetch: a POST with an Idempotency-Key is repeated with the same key', async () => {
  const { settled, send } = fetchRig()
  await settled(send(server.url, { method: 'POST', body: 'x', headers: { 'Idempotency-Key': 'k-1' } }))
  const request = new Request(server.url, { method: 'POST', headers: { 'Idempotency-Key': 'k-1' } })
  await settled(send(request))
  expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(6).fill('k-1'))
})

test('resilientFetch: which requests are repeated can be said', async () => {
  const isRepeatable = ({ method, url }: { readonly method: string; readonly url: string }) =>
    method === 'POST' && url === server.url
  const { settled, send } = fetchRig({ isRepeatable })
  await settled(send(server.url, { method: 'POST' }))
  expect(server.requests.length).toBe(3)
  await settled(send(server.url))
  expect(server.requests.length).toBe(4)
})

const form = new FormData()
form.set('name', 'value')
const bytes = new TextEncoder().encode('a body')

test.each([
  ['a text', 'a body', 'a body'],
  ['parameters', new URLSearchParams({ name: 'value' }), 'name=value'],
  ['a blob', new Blob(['a body']), 'a body'],
  ['a file', new File(['a body'], 'a.txt'), 'a body'],
  ['a form', form, 'name="name"\r\n\r\nvalue'],
  ['an ArrayBuffer', bytes.buffer, 'a body'],
  ['a view', new DataView(bytes.buffer), 'a body'],
])('resilientFetch: %s is sent again whole', async (_what, body, expected) => {
  const { settled, send } = fetchRig()
  await settled(send(server.url, { method: 'PUT', body }))
  expect(server.requests.map((request) => request.body.includes(expected))).toEqual([true, true, true])
})

test('resilientFetch: a body that is a stream or an iterator can be read once and is sent once', async () => {
  const { settled, send } = fetchRig()
  const pieces = async function* () {
    yield bytes
  }
  for (const body of [streamOf('a ', 'body'), pieces()]) {
    const init = { method: 'PUT', body: body as ReadableStream, duplex: 'half' } as const
    expect((await settled(send(server.url, init))).status).toBe(503)
  }
  expect(server.requests.map(({ body }) => body)).toEqual(['a body', 'a body'])
})

test('resilientFetch: the body of a Request object is kept to be sent again, with its length and type', async () => {
  const { settled, send } = fetchRig()
  const request = new Request(server.url, { method: 'PUT', body: 'a body' })
  expect((await settled(send(request))).status).toBe(503)
  expect(server.requests.map(({ body }) => body)).toEqual(['a body', 'a body', 'a body'])
  expect(server.requests[2]?.headers).toMatchObject({
    'content-length': '6',
    'content-type': 'text/plain;charset=UTF-8',
  })
})

test('resilientFetch: a Request whose body is larger than what is kept is sent once, whole', async () => {
  const { settled, send } = fetchRig({ requestBodyMaxBytes: 5 })
  const large = new Request(server.url, { method: 'PUT', body: 'a body' })
  expect((await settled(send(large))).status).toBe(503)
  const stream = { method: 'PUT', body: streamOf('a ', 'body', ' of more'), duplex: 'half' } as const
  expect((await settled(send(new Request(server.url, stream)))).status).toBe(503)
  expect(server.requests.map(({ body }) => body)).toEqual(['a body', 'a body of more'])
  expect(server.requests[0]?.headers['content-length']).toBe('6')
  const small = new Request(server.url, { method: 'PUT', body: 'small' })
  await settled(send(small))
  expect(server.requests.length).toBe(5)
})

test('resilientFetch: the second argument overrides the Request', async () => {
  const { settled, send } = fetchRig()
  const request = new Request(server.url, {
    method: 'POST',
    body: 'old',
    headers: { 'idempotency-key': 'k' },
  })
  await settled(send(request, { body: 'new' }))
  expect(server.requests.map(({ body }) => body)).toEqual(['new', 'new', 'new'])
  await settled(send(request, { body: 'new', headers: {} }))
  expect(server.requests.length).toBe(4)
  await settled(send(new URL(server.url), { method: 'DELETE', body: null }))
  expect(server.requests.at(-1)?.method).toBe('DELETE')
})

test('resilientFetch: while the body of a Request is read, an abort ends the call with its reason', async () => {
  const { send } = fetchRig()
  const controller = new AbortController()
  const body = new ReadableStream({ pull: () => new Promise(() => {}) })
  const request = new Request(server.url, { method: 'PUT', body, duplex: 'half', signal: controller.signal })
  const outcome = expect(send(request)).rejects.toThrow('left')
  controller.abort(new Error('left'))
  await outcome
  expect(server.connections.length).toBe(0)
})
