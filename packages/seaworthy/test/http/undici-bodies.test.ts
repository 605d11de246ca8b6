import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { request, stream } from 'undici'
import { sampleServer, status, until, type Handle, type SampleServer } from './sample-server.ts'
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

test('undiciInterceptor: answers that are tried again, or that nobody gets, give their connection back', async () => {
  await using own = undiciRig({ onGiveUp: 'error' })
  const { clock, dispatcher, settled } = own
  server.answer((response) => response.writeHead(503).end('x'.repeat(50_000)))
  for (let call = 0; call < 5; call++) {
    await expect(settled(request(server.url, { dispatcher }))).rejects.toMatchObject({
      code: 'ERR_HTTP_STATUS',
    })
    await until(() => clock.pending === 0)
  }
  expect(server.requests.length).toBe(15)
  expect(server.connections.length).toBeLessThanOrEqual(3)
})

test('undiciInterceptor: a large body that is tried again is cut off, and its connection closed', async () => {
  const { dispatcher, settled } = rig
  const page: Handle = (response) => response.writeHead(503).end('x'.repeat(3_000_000))
  server.answer(page, status(200))
  const { statusCode, body } = await settled(request(server.url, { dispatcher }))
  expect([statusCode, await body.text()]).toEqual([200, 'status 200'])
  await until(() => server.connections[0]?.destroyed === true)
})

test('undiciInterceptor: a body that is tried again and never ends is cut off after a second', async () => {
  const { clock, dispatcher, settled } = rig
  server.answer((response) => response.writeHead(503).write('first'), status(200))
  expect((await settled(request(server.url, { dispatcher }))).statusCode).toBe(200)
  await clock.advance(999)
  expect(server.connections[0]?.destroyed).toBe(false)
  await clock.advance(1)
  await until(() => server.connections[0]?.destroyed === true)
})

test('undiciInterceptor: after the first byte nothing is tried again', async () => {
  const { dispatcher } = rig
  server.answer((response) => response.write('first', () => response.destroy()))
  const { body } = await request(server.url, { dispatcher })
  await expect(body.text()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
  expect(server.requests.length).toBe(1)
})

test('undiciInterceptor: a body that is covered is tried again when its connection breaks, and no part of it delivered', async () => {
  await using own = undiciRig({ covers: 'body' })
  const { breaker, dispatcher, settled } = own
  server.answer((response) => response.write('first', () => response.destroy()), status(200))
  const { body } = await settled(request(server.url, { dispatcher }))
  expect(await body.text()).toBe('status 200')
  expect(breaker.snapshot().counts).toMatchObject({ ok: 1, failed: 1 })
})

test('undiciInterceptor: a body that is covered belongs to the timeout', async () => {
  await using own = undiciRig({ covers: 'body' })
  const { clock, dispatcher } = own
  server.answer((response) => response.write('first'), status(200))
  const result = request(server.url, { dispatcher })
  await until(() => server.requests.length === 1)
  await clock.advance(2_000)
  expect(await (await result).body.text()).toBe('status 200')
})

test('undiciInterceptor: a covered body above the limit is handed over as it comes', async () => {
  await using own = undiciRig({ covers: 'body', bodyMaxBytes: 5 })
  const { clock, dispatcher } = own
  let finish: (() => void) | undefined
  server.answer((response) => {
    response.write('first ')
    finish = () => response.end('last')
  })
  const { body } = await request(server.url, { dispatcher })
  await clock.advance(60_000)
  finish?.()
  expect(await body.text()).toBe('first last')
})

test('undiciInterceptor: a reader that is slow slows the server down', async () => {
  const { dispatcher } = rig
  let isPaused = false
  const piece = Buffer.alloc(65_536)
  let sent = 0
  const pieces = 500
  server.answer((response) => {
    const more = (): void => {
      while (sent < pieces) {
        sent++
        if (!response.write(piece)) {
          isPaused = true
          response.once('drain', more)
          return
        }
      }
      response.end()
    }
    more()
  })
  const { body } = await request(server.url, { dispatcher })
  await until(() => isPaused)
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(sent).toBeLessThan(pieces)
  let bytes = 0
  for await (const chunk of body) bytes += (chunk as Buffer).byteLength
  expect(bytes).toBe(pieces * piece.byteLength)
})

test('undiciInterceptor: a writer that throws gets its own error', async () => {
  const { dispatcher } = rig
  const broken = new Error('the disk is full')
  server.answer((response) => response.end('x'.repeat(200_000)))
  const write = new Writable({ write: (_chunk, _encoding, done) => done(broken) })
  await expect(stream(server.url, { method: 'GET', dispatcher }, () => write)).rejects.toBe(broken)
  const factory = (): Writable => {
    throw broken
  }
  await expect(stream(server.url, { method: 'GET', dispatcher }, factory)).rejects.toBe(broken)
  expect(server.requests.length).toBe(2)
})
