import { expect, test } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { pipeline, retry, undiciInterceptor, type Pipeline } from 'seaworthy/resilience'
import type { Dispatcher } from 'undici'
import { FakeConnection, StrictHandler } from './fake-dispatcher.ts'

interface Sent {
  readonly clock: ManualClock
  readonly connections: readonly FakeConnection[]
  readonly isFree: boolean
}

function send(
  handler: Dispatcher.DispatchHandler,
  options: Partial<Dispatcher.DispatchOptions> = {},
  guard?: Pipeline,
): Sent {
  const clock = manualClock()
  const connections: FakeConnection[] = []
  const usual = pipeline([retry({ attempts: 2, baseDelay: 0, maxDelay: 0 }, { clock })])
  const dispatch = undiciInterceptor(
    guard ?? usual,
    {},
    { clock },
  )((_options: never, inner: never): boolean => {
    connections.push(new FakeConnection(connections.length, inner))
    return false
  })
  const isFree = dispatch(
    { origin: 'http://a.test', path: '/', method: 'GET', ...options } as never,
    handler as never,
  )
  return { clock, connections, isFree }
}

test('undiciInterceptor: a dispatcher is never busy, and CONNECT and upgrades pass by', () => {
  expect(send(new StrictHandler(0)).isFree).toBe(true)
  for (const options of [{ method: 'CONNECT' }, { upgrade: 'websocket' }] as const) {
    const handler = new StrictHandler(0)
    const { connections, isFree } = send(handler, options)
    connections[0]?.request()
    expect([isFree, handler.controller === connections[0]]).toEqual([false, true])
  }
})

test('undiciInterceptor: a handler that wants to know nothing is told nothing', async () => {
  const { clock, connections } = send({})
  connections[0]?.answer(103)
  connections[0]?.answer(200)
  connections[0]?.data()
  await clock.settle()
  connections[0]?.data()
  connections[0]?.end()
  const broken = send({})
  broken.connections[0]?.answer(200)
  await broken.clock.settle()
  broken.connections[0]?.fail(new Error('broken'))
  const failed = send({}, { method: 'POST' })
  failed.connections[0]?.fail(new Error('broken'))
  await failed.clock.settle()
  expect(connections[0]?.aborted).toBe(false)
  expect([connections[0]?.isOver, broken.connections[0]?.isOver, failed.connections.length]).toEqual([
    true,
    true,
    1,
  ])
})

test('undiciInterceptor: what a handler throws it is told, once, and the connection is given up', async () => {
  const thrown = new Error('thrown')
  const methods = ['onRequestStart', 'onResponseStart', 'onResponseData', 'onResponseEnd'] as const
  for (const method of methods) {
    const handler = new StrictHandler(0)
    const told = handler[method].bind(handler) as (...args: unknown[]) => void
    const throwing = (...args: unknown[]): void => {
      told(...args)
      throw thrown
    }
    const errors: unknown[] = []
    const watched: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => handler.onRequestStart(controller),
      onResponseStart: (controller, status) => handler.onResponseStart(controller, status),
      onResponseData: (controller, chunk) => handler.onResponseData(controller, chunk),
      onResponseEnd: (controller) => handler.onResponseEnd(controller),
      onResponseError: (_controller, error) => errors.push(error),
      [method]: throwing,
    }
    const { clock, connections } = send(watched)
    connections[0]?.answer(200)
    connections[0]?.data()
    connections[0]?.data()
    await clock.settle()
    connections[0]?.end()
    await clock.settle()
    expect([method, errors]).toEqual([method, [thrown]])
    expect(connections.every(({ isOver }) => isOver)).toBe(true)
  }
})

test('undiciInterceptor: a handler that gives up while it gets what was held gets no more of it', async () => {
  class Impatient extends StrictHandler {
    override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
      super.onResponseData(controller, chunk)
      this.abort(new Error('enough'))
    }
  }
  const handler = new Impatient(0)
  const { clock, connections } = send(handler)
  connections[0]?.answer(200)
  connections[0]?.data()
  connections[0]?.data()
  await clock.settle()
  expect([handler.data, handler.told, handler.violations]).toEqual([['0.0 '], ['status 200', 'error'], []])
})

test('undiciInterceptor: a handler that pauses and goes on at once gets one thing after the other', async () => {
  let depth = 0
  const nested: string[] = []
  class Hasty extends StrictHandler {
    override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
      if (depth > 0) nested.push('data')
      depth++
      super.onResponseData(controller, chunk)
      controller.pause()
      controller.resume()
      depth--
    }

    override onResponseEnd(controller: Dispatcher.DispatchController): void {
      if (depth > 0) nested.push('end')
      super.onResponseEnd(controller)
    }
  }
  const handler = new Hasty(0)
  const { clock, connections } = send(handler)
  connections[0]?.answer(200)
  connections[0]?.data()
  connections[0]?.data()
  connections[0]?.end()
  await clock.settle()
  expect([handler.data, handler.told, nested]).toEqual([['0.0 ', '0.1 '], ['status 200', 'end'], []])
})

test('undiciInterceptor: after the end nothing more is told', async () => {
  const handler = new StrictHandler(0)
  const { clock, connections } = send(handler)
  connections[0]?.answer(200)
  await clock.settle()
  connections[0]?.end()
  handler.abort(new Error('late'))
  await clock.settle()
  expect([handler.told, handler.violations]).toEqual([['status 200', 'end'], []])
})

test.each([
  [['accept', '*/*', 'idempotency-key'], 1],
  [['idempotency-key', 'k'], 2],
  [null, 1],
  ['idempotency-key: k', 1],
])('undiciInterceptor: with the headers %j a POST is sent %d times', async (headers, times) => {
  const handler = new StrictHandler(0)
  const { clock, connections } = send(handler, { method: 'POST', headers: headers as never })
  connections[0]?.answer(503)
  connections[0]?.end()
  await clock.advance(0)
  connections[1]?.answer(503)
  connections[1]?.end()
  await clock.settle()
  expect([connections.length, handler.told]).toEqual([times, ['status 503', 'end']])
})

test('undiciInterceptor: the options of a dispatch are handed on as they are', () => {
  const seen: unknown[] = []
  const dispatch = undiciInterceptor(pipeline([]))((options: never, _handler: never): boolean => {
    seen.push(options)
    return true
  })
  const options = { path: '/', method: 'GET', headers: { accept: '*/*' } }
  dispatch(options as never, new StrictHandler(0) as never)
  expect(seen[0]).toBe(options)
})
