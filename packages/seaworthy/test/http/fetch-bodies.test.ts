import { afterEach, beforeEach, expect, test } from 'vitest'
import { fetchRig } from './fetch-rig.ts'
import { sampleServer, status, until, type Handle, type SampleServer } from './sample-server.ts'

let server: SampleServer

beforeEach(async () => {
  server = await sampleServer()
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
})

const large = 'x'.repeat(1_000_000)

test('resilientFetch: answers that are tried again give their connection back', async () => {
  const { clock, settled, send } = fetchRig()
  const page: Handle = (response) => response.writeHead(503).end('x'.repeat(200_000))
  for (let call = 0; call < 5; call++) {
    server.answer(page, page, status(200))
    expect(await (await settled(send(server.url))).text()).toBe('status 200')
    await until(() => clock.pending === 0)
  }
  expect(server.requests.length).toBe(15)
  expect(server.connections.length).toBeLessThanOrEqual(3)
})

test('resilientFetch: answers that nobody gets give their connection back', async () => {
  const { clock, settled, send } = fetchRig({ onGiveUp: 'error' })
  server.answer((response) => response.writeHead(503).end('x'.repeat(200_000)))
  for (let call = 0; call < 5; call++) {
    await expect(settled(send(server.url))).rejects.toMatchObject({ code: 'ERR_HTTP_STATUS' })
    await until(() => clock.pending === 0)
  }
  expect(server.connections.length).toBeLessThanOrEqual(3)
})

test('resilientFetch: a large body that is tried again is cut off, and its connection closed', async () => {
  const { settled, send } = fetchRig()
  server.answer((response) => response.writeHead(503).end(large), status(200))
  expect((await settled(send(server.url))).status).toBe(200)
  await until(() => server.connections[0]?.destroyed === true)
})

test('resilientFetch: a body that is tried again and never ends is cut off after a second', async () => {
  const { clock, settled, send } = fetchRig()
  server.answer((response) => response.writeHead(503).write('first'), status(200))
  expect((await settled(send(server.url))).status).toBe(200)
  await clock.advance(999)
  expect(server.connections[0]?.destroyed).toBe(false)
  await clock.advance(1)
  await until(() => server.connections[0]?.destroyed === true)
})

test('resilientFetch: the answer of a failed attempt is thrown away as soon as the next one begins', async () => {
  const { clock, settled, send } = fetchRig()
  server.answer(
    (response) => response.writeHead(503).write('first'),
    () => undefined,
  )
  const controller = new AbortController()
  const outcome = expect(settled(send(server.url, { signal: controller.signal }))).rejects.toThrow('left')
  await until(() => server.requests.length === 2)
  await clock.advance(1_000)
  await until(() => server.connections[0]?.destroyed === true)
  controller.abort(new Error('left'))
  await outcome
})

test('resilientFetch: a connection that breaks in the middle of a streaming body breaks the body, without another attempt', async () => {
  const { send } = fetchRig()
  server.answer((response) => response.write('first', () => response.destroy()))
  const response = await send(server.url)
  await expect(response.text()).rejects.toThrow('terminated')
  expect(server.requests.length).toBe(1)
})

test('resilientFetch: a body that is covered is tried again when its connection breaks', async () => {
  const { settled, breaker, send } = fetchRig({ covers: 'body' })
  server.answer((response) => response.write('first', () => response.destroy()), status(200))
  const response = await settled(send(server.url))
  expect([response.url, await response.text()]).toEqual([server.url, 'status 200'])
  expect(breaker.snapshot().counts).toMatchObject({ ok: 1, failed: 1 })
})

test('resilientFetch: an answer without a body has none to cover', async () => {
  const { send } = fetchRig({ covers: 'body' })
  server.answer(status(204))
  const response = await send(server.url)
  expect([response.status, response.body]).toEqual([204, null])
})

test('resilientFetch: a body that is covered belongs to the timeout', async () => {
  const { clock, send } = fetchRig({ covers: 'body' })
  server.answer((response) => response.write('first'), status(200))
  const result = send(server.url)
  await until(() => server.requests.length === 1)
  await clock.advance(2_000)
  expect(await (await result).text()).toBe('status 200')
})

test('resilientFetch: a covered body above the limit is handed over as it comes', async () => {
  const { clock, send } = fetchRig({ covers: 'body', bodyMaxBytes: 5 })
  let finish: (() => void) | undefined
  server.answer((response) => {
    response.write('first ')
    finish = () => response.end('last')
  })
  const response = await send(server.url)
  await clock.advance(60_000)
  finish?.()
  expect(await response.text()).toBe('first last')
})

test('resilientFetch: an answer that comes after its attempt was given up is thrown away', async () => {
  const answers: Response[] = []
  const deaf = async (): Promise<Response> => {
    const gate = Promise.withResolvers<Response>()
    gates.push(gate)
    return gate.promise
  }
  const gates: PromiseWithResolvers<Response>[] = []
  const { clock, send } = fetchRig({ fetch: deaf })
  const result = send('http://deaf.test/')
  await until(() => gates.length === 1)
  await clock.advance(2_000)
  await until(() => gates.length === 2)
  for (const gate of gates) {
    const response = new Response('late')
    answers.push(response)
    gate.resolve(response)
  }
  expect(await result).toBe(answers[1])
  await until(() => answers[0]?.bodyUsed === true)
  expect(answers[1]?.bodyUsed).toBe(false)
})
