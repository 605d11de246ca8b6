import { afterEach, beforeEach, expect, test } from 'vitest'
import { fetch as undiciFetch, request } from 'undici'
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

const left = new Error('the user left')

for (const [name, send] of [
  ['request', (signal: AbortSignal) => request(server.url, { dispatcher: rig.dispatcher, signal })],
  ['fetch', (signal: AbortSignal) => undiciFetch(server.url, { dispatcher: rig.dispatcher, signal })],
] as const) {
  test(`undiciInterceptor: an abort while ${name} waits between attempts ends it at once, and nothing is sent any more`, async () => {
    const { clock } = rig
    server.answer(status(503, { 'retry-after': '20' }))
    const controller = new AbortController()
    const outcome = expect(send(controller.signal)).rejects.toBe(left)
    await until(() => server.requests.length === 1 && clock.pending === 1)
    controller.abort(left)
    await outcome
    await clock.advance(60_000)
    expect(server.requests.length).toBe(1)
    expect(clock.pending).toBe(0)
  })

  test(`undiciInterceptor: an abort of ${name} while the server works closes the connection and is not tried again`, async () => {
    const { breaker, clock } = rig
    server.answer(() => undefined)
    const controller = new AbortController()
    const outcome = expect(send(controller.signal)).rejects.toBe(left)
    await until(() => server.requests.length === 1)
    controller.abort(left)
    await outcome
    await until(() => server.connections[0]?.destroyed === true)
    await clock.advance(60_000)
    expect(server.requests.length).toBe(1)
    expect(breaker.snapshot().counts).toMatchObject({ ok: 0, failed: 0 })
  })

  test(`undiciInterceptor: an abort of ${name} after the answer ends the body`, async () => {
    server.answer((response) => response.write('first'))
    const controller = new AbortController()
    const { body } = await send(controller.signal)
    const end = body !== null && 'text' in body ? body.text() : new Response(body as ReadableStream).text()
    const outcome = expect(end).rejects.toBe(left)
    controller.abort(left)
    await outcome
    await until(() => server.connections[0]?.destroyed === true)
  })

  test(`undiciInterceptor: ${name} that was aborted before is not sent`, async () => {
    await expect(send(AbortSignal.abort(left))).rejects.toBe(left)
    expect(server.requests.length).toBe(0)
  })
}

test('undiciInterceptor: a server that hangs is a timeout, and the connection is closed', async () => {
  const { clock, dispatcher } = rig
  server.answer(
    () => undefined,
    () => undefined,
    status(200),
  )
  const result = request(server.url, { dispatcher })
  for (const attempt of [1, 2]) {
    await until(() => server.requests.length === attempt)
    await clock.advance(2_000)
    await until(() => server.connections[attempt - 1]?.destroyed === true)
  }
  expect((await result).statusCode).toBe(200)
})

test('undiciInterceptor: a timeout is told as such when every attempt hangs', async () => {
  const { clock, dispatcher } = rig
  server.answer(() => undefined)
  const outcome = expect(request(server.url, { dispatcher })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  for (const attempt of [1, 2, 3]) {
    await until(() => server.requests.length === attempt)
    await clock.advance(2_000)
  }
  await outcome
})

test('undiciInterceptor: after the answer nothing is aborted: the body streams on past every timeout', async () => {
  const { clock, dispatcher } = rig
  let finish: (() => void) | undefined
  server.answer((response) => {
    response.write('first ')
    finish = () => response.end('last')
  })
  const { body } = await request(server.url, { dispatcher })
  await clock.advance(3_600_000)
  finish?.()
  expect(await body.text()).toBe('first last')
  expect(clock.pending).toBe(0)
})
