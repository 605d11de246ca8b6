import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pipeline, resilientFetch } from 'seaworthy/resilience'
import { fetchRig } from './fetch-rig.ts'
import { sampleServer, status, until, type SampleServer } from './sample-server.ts'

let server: SampleServer

beforeEach(async () => {
  server = await sampleServer()
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

const left = new Error('the user left')

test('resilientFetch: an abort while it waits between attempts ends it at once with its own reason, and nothing is sent any more', async () => {
  const { clock, send } = fetchRig()
  server.answer(status(503, { 'retry-after': '20' }))
  const controller = new AbortController()
  const result = send(server.url, { signal: controller.signal })
  const outcome = expect(result).rejects.toBe(left)
  await until(() => server.requests.length === 1 && clock.pending === 1)
  controller.abort(left)
  await outcome
  await clock.advance(60_000)
  expect(server.requests.length).toBe(1)
  expect(clock.pending).toBe(0)
})

test('resilientFetch: an abort while the server works closes the connection and is not tried again', async () => {
  const { clock, breaker, send } = fetchRig()
  server.answer(() => undefined)
  const controller = new AbortController()
  const outcome = expect(send(new Request(server.url, { signal: controller.signal }))).rejects.toBe(left)
  await until(() => server.requests.length === 1)
  controller.abort(left)
  await outcome
  await until(() => server.connections[0]?.destroyed === true)
  await clock.advance(60_000)
  expect(server.requests.length).toBe(1)
  expect(breaker.snapshot().counts).toMatchObject({ ok: 0, failed: 0 })
})

test('resilientFetch: a call that was aborted before is not sent', async () => {
  const { send } = fetchRig()
  await expect(send(server.url, { signal: AbortSignal.abort(left) })).rejects.toBe(left)
  expect(server.connections.length).toBe(0)
})

test('resilientFetch: a server that hangs is a timeout, and the connection is closed', async () => {
  const { clock, send } = fetchRig()
  server.answer(
    () => undefined,
    () => undefined,
    status(200),
  )
  const result = send(server.url)
  for (const attempt of [1, 2]) {
    await until(() => server.requests.length === attempt)
    await clock.advance(2_000)
    await until(() => server.connections[attempt - 1]?.destroyed === true)
  }
  expect((await result).status).toBe(200)
})

test('resilientFetch: a timeout is told as such when every attempt hangs', async () => {
  const { clock, send } = fetchRig()
  server.answer(() => undefined)
  const outcome = expect(send(server.url)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  for (const attempt of [1, 2, 3]) {
    await until(() => server.requests.length === attempt)
    await clock.advance(2_000)
  }
  await outcome
})

test('resilientFetch: after the answer nothing is aborted: the body streams on past every timeout', async () => {
  const { clock, send } = fetchRig()
  let finish: (() => void) | undefined
  server.answer((response) => {
    response.write('first ')
    finish = () => response.end('last')
  })
  const { signal } = new AbortController()
  const response = await send(server.url, { signal })
  await clock.advance(3_600_000)
  finish?.()
  expect(await response.text()).toBe('first last')
  expect(clock.pending).toBe(0)
})

test("resilientFetch: the caller's abort still ends the body that streams after the answer", async () => {
  const { send } = fetchRig()
  server.answer((response) => response.write('first '))
  const controller = new AbortController()
  const response = await send(server.url, { signal: controller.signal })
  const reader = response.body?.getReader()
  await reader?.read()
  controller.abort(left)
  await expect(reader?.read()).rejects.toBe(left)
  await until(() => server.connections[0]?.destroyed === true)
})

test("resilientFetch: calls leave one listener on the caller's signal, however many they are", async () => {
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, 'addEventListener')
  const removed = vi.spyOn(signal, 'removeEventListener')
  const empty = async (): Promise<Response> => new Response(null, { status: 204 })
  const whole = async (): Promise<Response> => new Response('whole')
  const rigs = [fetchRig({ fetch: empty }), fetchRig({ fetch: whole, covers: 'body' })]
  for (let call = 0; call < 5; call++) {
    for (const { send } of rigs) {
      await send(server.url, { signal })
      await send(new Request(server.url, { method: 'PUT', body: 'a body' }), { signal })
    }
  }
  expect(added.mock.calls.length - removed.mock.calls.length).toBeLessThanOrEqual(1)
})

test("resilientFetch: a body that nobody can read any more does not stay on the caller's signal", async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const { signal } = new AbortController()
  const removed = vi.spyOn(signal, 'removeEventListener')
  const streaming = async (): Promise<Response> => new Response(new ReadableStream({ pull: () => {} }))
  const { send } = fetchRig({ fetch: streaming })
  for (let call = 0; call < 5; call++) await send(server.url, { signal })
  await until(() => {
    collectGarbage()
    return removed.mock.calls.length >= 4
  })
})

test('resilientFetch: a signal of null takes away that of the Request', async () => {
  const { send } = fetchRig()
  server.answer(status(200))
  const request = new Request(server.url, { signal: AbortSignal.abort(left) })
  await expect(send(request)).rejects.toBe(left)
  expect((await send(request, { signal: null })).status).toBe(200)
})

test("resilientFetch: without policies the caller's abort ends the body as well", async () => {
  server.answer((response) => response.write('first '))
  const controller = new AbortController()
  const response = await resilientFetch(pipeline([]))(server.url, { signal: controller.signal })
  const outcome = expect(response.text()).rejects.toBe(left)
  controller.abort(left)
  await outcome
  await until(() => server.connections[0]?.destroyed === true)
})
