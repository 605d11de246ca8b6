import { expect, test, vi } from 'vitest'
import { bulkhead, timeout, type Bulkhead } from 'seaworthy/resilience'
import { send } from './undici-witness.ts'

const left = new Error('left')

test('undiciInterceptor: an answer that is tried again and comes to its end leaves nothing behind', async () => {
  for (const end of ['end', 'fail'] as const) {
    const { clock, handler, connections } = send()
    connections[0]?.answer(503)
    await clock.advance(0)
    expect(clock.pending).toBe(1)
    connections[0]?.data()
    if (end === 'end') connections[0]?.end()
    else connections[0]?.fail(new Error('broken'))
    expect([clock.pending, connections[0]?.aborted]).toEqual([0, false])
    connections[1]?.answer(200)
    connections[1]?.end()
    await clock.settle()
    expect(handler.told.map((each) => (Array.isArray(each) ? each[0] : each))).toEqual([200, 'end'])
  }
})

test('undiciInterceptor: of an answer that is tried again so much is read, with what came before, and no more', async () => {
  const { clock, inner, connections } = send()
  const [connection] = connections
  if (connection === undefined) throw new Error('nothing was sent')
  connection.answer(503)
  inner[0]?.onResponseData?.(connection, Buffer.alloc(1_000))
  await clock.advance(0)
  inner[0]?.onResponseData?.(connection, Buffer.alloc(261_144))
  expect(connection.aborted).toBe(false)
  inner[0]?.onResponseData?.(connection, Buffer.alloc(1))
  expect([connection.aborted, clock.pending]).toEqual([true, 0])
  expect(connection.reason?.name).toBe('AbortError')
})

test('undiciInterceptor: an answer that is tried again while its connection is paused is cut off at once', async () => {
  const { clock, inner, connections } = send({ retries: { baseDelay: 500, maxDelay: 500 } })
  const [connection] = connections
  if (connection === undefined) throw new Error('nothing was sent')
  connection.answer(503)
  inner[0]?.onResponseData?.(connection, Buffer.alloc(65_536))
  expect(connection.paused).toBe(false)
  inner[0]?.onResponseData?.(connection, Buffer.alloc(1))
  expect(connection.paused).toBe(true)
  await clock.advance(500)
  expect([connections.length, connection.aborted, clock.pending]).toEqual([2, true, 0])
})

test('undiciInterceptor: a body that is just as large as what is covered is covered', async () => {
  const { clock, handler, connections } = send({ options: { covers: 'body', bodyMaxBytes: 4 } })
  connections[0]?.answer(200)
  connections[0]?.data()
  await clock.settle()
  expect([connections[0]?.sent, connections[0]?.paused, handler.told]).toEqual([['0.0 '], false, []])
  connections[0]?.fail(new Error('broken'))
  await clock.advance(0)
  connections[1]?.answer(200)
  connections[1]?.data()
  connections[1]?.data()
  expect(connections[1]?.paused).toBe(true)
  await clock.settle()
  connections[1]?.end()
  expect([connections[1]?.paused, handler.told]).toEqual([
    false,
    [[200, {}, 'as told'], '1.0 ', '1.1 ', ['end', {}]],
  ])
})

test('undiciInterceptor: an answer that the policies refuse is thrown away before the delay', async () => {
  const { clock, connections } = send({
    retries: { baseDelay: 5_000, maxDelay: 5_000, backoff: 'constant', retryIfResult: () => true },
  })
  connections[0]?.answer(200)
  await clock.advance(999)
  expect(connections[0]?.aborted).toBe(false)
  await clock.advance(1)
  expect([connections[0]?.aborted, connections.length]).toEqual([true, 1])
})

test('undiciInterceptor: an answer whose attempt is over outlives an abort until it has come to its end', async () => {
  for (const [status, retryIfResult] of [
    [503, undefined],
    [200, () => true],
  ] as const) {
    const { clock, handler, connections } = send({
      retries: {
        baseDelay: 5_000,
        maxDelay: 5_000,
        backoff: 'constant',
        ...(retryIfResult !== undefined && { retryIfResult }),
      },
    })
    connections[0]?.answer(status)
    await clock.settle()
    handler.controller?.abort(left)
    await clock.settle()
    expect([handler.told, connections[0]?.aborted]).toEqual([[left], false])
    connections[0]?.data()
    connections[0]?.end()
    expect([connections[0]?.isOver, clock.pending]).toEqual([true, 0])
  }
})

test('undiciInterceptor: each answer is judged once, also when it ends', async () => {
  const isFailure = vi.fn((status: number) => status === 503)
  const { clock, connections } = send({ options: { isFailure } })
  connections[0]?.answer(503)
  connections[0]?.data()
  connections[0]?.end()
  await clock.advance(0)
  connections[1]?.answer(200)
  connections[1]?.data()
  connections[1]?.end()
  await clock.settle()
  expect(isFailure.mock.calls).toEqual([[503], [200]])
})

test('undiciInterceptor: after an abort nothing more is told, whatever still comes', async () => {
  const { clock, handler, inner, connections } = send()
  const [connection] = connections
  if (connection === undefined) throw new Error('nothing was sent')
  connection.request()
  handler.controller?.abort(left)
  await clock.settle()
  inner[0]?.onResponseStart?.(connection, 103, {})
  inner[0]?.onResponseStart?.(connection, 200, {})
  inner[0]?.onResponseData?.(connection, Buffer.from('late'))
  inner[0]?.onResponseEnd?.(connection, {})
  await clock.advance(60_000)
  expect([handler.told, connections.length]).toEqual([[left], 1])
})

test('undiciInterceptor: a connection that is made after the abort is given up with its reason', async () => {
  const { clock, handler, connections } = send()
  handler.controller?.abort(left)
  await clock.settle()
  connections[0]?.request()
  expect([connections[0]?.aborted, connections[0]?.reason]).toEqual([true, left])
  expect(handler.told).toEqual([left])
})

test('undiciInterceptor: the answer of the last attempt, which nobody gets, is thrown away at the end', async () => {
  const { clock, handler, connections } = send({ options: { onGiveUp: 'error' } })
  connections[0]?.answer(503)
  connections[0]?.end()
  await clock.advance(0)
  connections[1]?.answer(503)
  await clock.settle()
  expect(handler.told).toMatchObject([{ code: 'ERR_HTTP_STATUS' }])
  await clock.advance(999)
  expect(connections[1]?.aborted).toBe(false)
  await clock.advance(1)
  expect([connections[1]?.aborted, clock.pending]).toEqual([true, 0])
})

test('undiciInterceptor: an attempt that is given up gives its slot back at once', async () => {
  let slots: Bulkhead | undefined
  const { clock, handler, connections } = send({
    retries: { attempts: 1 },
    inside: (own) => {
      slots = bulkhead({ name: 'slots', concurrency: 1 }, { clock: own })
      return [slots, timeout({ limit: 100 }, { clock: own })]
    },
  })
  connections[0]?.request()
  await clock.settle()
  expect(slots?.snapshot().active).toBe(1)
  await clock.advance(100)
  expect(handler.told).toMatchObject([{ code: 'ERR_TIMEOUT' }])
  expect(slots?.snapshot()).toMatchObject({ active: 0, abandoned: 0 })
  expect(connections[0]?.aborted).toBe(true)
})
