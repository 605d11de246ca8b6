import { expect, test } from 'vitest'
import { send } from './undici-witness.ts'

test('undiciInterceptor: a handler is told of what is sent, and of the first byte that comes', () => {
  const { handler, inner } = send()
  inner[0]?.onBodySent?.(Buffer.from('part'))
  inner[0]?.onRequestSent?.()
  inner[0]?.onResponseStarted?.()
  expect(handler.told).toEqual([['sent', 'part'], 'all sent', 'first byte'])
})

test('undiciInterceptor: what undici says of the request is in the context that the handler was given', () => {
  const { handler, inner, connections } = send()
  expect(handler.context).toEqual({})
  const { context } = handler
  const [connection] = connections
  if (connection === undefined) throw new Error('nothing was sent')
  inner[0]?.onRequestStart?.(connection, { history: ['http://a.test/'] })
  expect(handler.context).toEqual({ history: ['http://a.test/'] })
  for (const nothing of [null, undefined, 'text']) inner[0]?.onRequestStart?.(connection, nothing)
  expect(handler.context).toBe(context)
  expect(context).toEqual({ history: ['http://a.test/'] })
})

test('undiciInterceptor: status, headers, message and trailers are handed on as they came', async () => {
  const { clock, handler, inner, connections } = send()
  connections[0]?.answer(200, { 'x-sample': ['a', 'b'] })
  await clock.settle()
  const [connection] = connections
  if (connection !== undefined) inner[0]?.onResponseEnd?.(connection, { 'x-sum': '1' })
  expect(handler.told).toEqual([
    [200, { 'x-sample': ['a', 'b'] }, 'as told'],
    ['end', { 'x-sum': '1' }],
  ])
})

test('undiciInterceptor: the raw headers are those of the answer that is delivered', async () => {
  const { clock, handler, connections } = send()
  expect([handler.controller?.rawHeaders, handler.controller?.rawTrailers]).toEqual([null, null])
  connections[0]?.answer(503)
  connections[0]?.end()
  await clock.advance(0)
  const [, second] = connections
  if (second === undefined) throw new Error('nothing was sent again')
  Object.assign(second, { rawHeaders: ['X-Sample', 'yes'], rawTrailers: ['X-Sum', '1'] })
  second.answer(200)
  await clock.settle()
  expect(handler.controller?.rawHeaders).toEqual(['X-Sample', 'yes'])
  expect(handler.controller?.rawTrailers).toEqual(['X-Sum', '1'])
})

test('undiciInterceptor: the controller tells the first reason of an abort, and none before', async () => {
  const { clock, handler, connections } = send()
  connections[0]?.request()
  const { controller } = handler
  expect([controller?.aborted, controller?.reason, controller?.paused]).toEqual([false, null, false])
  const left = new Error('left')
  controller?.abort(left)
  controller?.abort(new Error('left again'))
  expect([controller?.aborted, controller?.reason]).toEqual([true, left])
  await clock.settle()
  expect(handler.told).toEqual([left])
  expect(connections[0]?.reason).toBe(left)
})

test('undiciInterceptor: while the handler pauses, the connection whose answer it gets does, too', async () => {
  const { clock, handler, connections } = send()
  connections[0]?.answer(103)
  handler.controller?.pause()
  connections[0]?.answer(200)
  expect(connections[0]?.paused).toBe(false)
  await clock.settle()
  expect([handler.controller?.paused, connections[0]?.paused]).toEqual([true, true])
  handler.controller?.resume()
  expect([handler.controller?.paused, connections[0]?.paused]).toEqual([false, false])
  handler.controller?.pause()
  expect(connections[0]?.paused).toBe(true)
})

test('undiciInterceptor: of several Retry-After fields the first counts', async () => {
  const { clock, connections } = send()
  connections[0]?.answer(503, { 'retry-after': ['3', '9'] })
  connections[0]?.end()
  await clock.advance(2_999)
  expect(connections.length).toBe(1)
  await clock.advance(1)
  expect(connections.length).toBe(2)
})

test.each([
  ['GET', 2],
  ['get', 2],
  ['TRACE', 2],
  ['QUERY', 2],
  ['PATCH', 1],
  ['', 1],
])('undiciInterceptor: a request of the method %j is sent %d times', async (method, times) => {
  const { clock, connections } = send({ request: { method } })
  connections[0]?.fail(new Error('broken'))
  await clock.advance(0)
  expect(connections.length).toBe(times)
})

test('undiciInterceptor: the URL of a request is its origin, if it has one, and its path', () => {
  const seen: string[] = []
  const key = ({ url }: { readonly url: string }): undefined => void seen.push(url)
  for (const origin of ['http://a.test', new URL('http://b.test'), undefined]) {
    send({ request: { origin, path: '/p?q=1' }, options: { key } })
  }
  expect(seen).toEqual(['http://a.test/p?q=1', 'http://b.test/p?q=1', '/p?q=1'])
})
