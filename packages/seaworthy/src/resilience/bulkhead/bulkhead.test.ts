import { expect, test } from 'vitest'
import { manualClock, refusalChannel, type RefusalMessage } from 'seaworthy/core'
import { bulkhead } from './bulkhead.ts'
import type { BulkheadOptions } from './bulkhead-options.ts'
import { callContext } from '../engine/caller-scope.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { pipeline } from '../engine/pipeline.ts'
import { createRegistry } from '../registry/registry.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'

function setUp(options: Partial<BulkheadOptions> = {}) {
  const clock = manualClock()
  const slots = bulkhead({ name: 'square', concurrency: 1, queue: 1, ...options }, { clock })
  const started: string[] = []
  const start = (name: string, signal?: AbortSignal) => {
    const end = Promise.withResolvers<string>()
    const result = slots.execute(() => {
      started.push(name)
      return end.promise
    }, callContext(signal))
    return { end, result }
  }
  return { clock, slots, started, start }
}

test('bulkhead: runs up to its concurrency, queues up to its queue and refuses the rest', async () => {
  const messages: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => messages.push(message))
  const { clock, slots, started, start } = setUp({ concurrency: 2, retryAfter: '5s' })
  const calls = ['a', 'b', 'c'].map((name) => start(name))
  await expect(start('d').result).rejects.toMatchObject({
    code: 'ERR_BULKHEAD_FULL',
    status: 503,
    retryAfterMs: 5_000,
    message: 'Cannot call "square": one of 2 slots or 1 places in the queue must be free, all are taken',
  })
  expect(started).toEqual(['a', 'b'])
  expect(slots.snapshot()).toMatchObject({ active: 2, waiting: 1, refused: 1 })
  expect(messages).toEqual([{ name: 'square', reason: 'bulkhead-full', retryAfterMs: 5_000 }])
  for (const call of calls) call.end.resolve('done')
  expect(await Promise.all(calls.map((call) => call.result))).toEqual(['done', 'done', 'done'])
  await clock.settle()
  expect(slots.snapshot()).toMatchObject({ active: 0, waiting: 0 })
})

test('bulkhead: a free slot goes to the first in the queue, not to a newcomer', async () => {
  const { clock, started, start } = setUp()
  const first = start('first')
  start('queued')
  first.end.resolve('')
  await first.result
  start('newcomer')
  await clock.settle()
  expect(started).toEqual(['first', 'queued'])
})

test('bulkhead: a failure frees the slot as well, also one thrown at once', async () => {
  const { slots, clock } = setUp({ queue: 0 })
  const throwing = (): never => {
    throw new Error('down')
  }
  await expect(slots.execute(throwing, callContext())).rejects.toThrow('down')
  await clock.settle()
  expect(slots.snapshot().active).toBe(0)
})

test('bulkhead: queued work leaves at once when its caller aborts, and its place is free', async () => {
  const { clock, started, start } = setUp()
  const running = start('running')
  const controller = new AbortController()
  const leaving = start('leaving', controller.signal)
  const reason = new Error('left')
  const outcome = expect(leaving.result).rejects.toBe(reason)
  controller.abort(reason)
  await outcome
  start('next')
  running.end.resolve('')
  await clock.settle()
  expect(started).toEqual(['running', 'next'])
})

test('bulkhead: a call that was aborted before takes no slot', async () => {
  const { slots, started, start } = setUp()
  await expect(start('late', AbortSignal.abort(new Error('before'))).result).rejects.toThrow('before')
  expect(started).toEqual([])
  expect(slots.snapshot().active).toBe(0)
})

test('bulkhead: who waits too long is refused and never started', async () => {
  const messages: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => messages.push(message))
  const { clock, started, start } = setUp({ queueWaitMax: 50 })
  const running = start('running')
  const outcome = expect(start('waiting').result).rejects.toMatchObject({
    code: 'ERR_QUEUE_TIMEOUT',
    message: 'Cannot call "square": a slot must be free within 50ms, none was',
  })
  await clock.advance(50)
  await outcome
  running.end.resolve('')
  await clock.settle()
  expect(started).toEqual(['running'])
  expect(messages[0]?.reason).toBe('queue-timeout')
  expect(clock.pending).toBe(0)
})

test('bulkhead: the wait has no timer left once the work runs', async () => {
  const { clock, start } = setUp({ queueWaitMax: 50 })
  const running = start('running')
  const waiting = start('waiting')
  running.end.resolve('')
  await clock.settle()
  expect(clock.pending).toBe(0)
  await clock.advance(1_000)
  waiting.end.resolve('in time')
  expect(await waiting.result).toBe('in time')
})

test.each(['around', 'inside'])(
  'bulkhead: a slot stays taken until the work ends, with a timeout %s it',
  async (place) => {
    const { clock, slots } = setUp({ queue: 0 })
    const limit = timeout({ limit: 100 }, { clock })
    const guarded = pipeline(place === 'around' ? [limit, slots] : [slots, limit])
    const end = Promise.withResolvers<void>()
    const outcome = expect(guarded.execute(() => end.promise)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
    await clock.advance(100)
    await outcome
    expect(slots.snapshot().active).toBe(1)
    await expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_BULKHEAD_FULL' })
    end.resolve()
    await clock.settle()
    expect(slots.snapshot()).toMatchObject({ active: 0, abandoned: 0 })
    expect(await guarded.execute(async () => 1)).toBe(1)
  },
)

test('bulkhead: around a retry, the slot waits for the work of every attempt', async () => {
  const { clock, slots } = setUp()
  const runtime = { clock, random: { next: () => 0 } }
  const attempts = retry({ attempts: 2, baseDelay: 0 }, runtime)
  const guarded = pipeline([slots, attempts, timeout({ limit: 100 }, runtime)])
  const first = Promise.withResolvers<string>()
  const result = guarded.execute(({ attempt }) => (attempt === 1 ? first.promise : Promise.resolve('second')))
  await clock.advance(100)
  expect(await result).toBe('second')
  await clock.settle()
  expect(slots.snapshot()).toMatchObject({ active: 1, abandoned: 1 })
  first.reject(new Error('at last'))
  await clock.settle()
  expect(slots.snapshot()).toMatchObject({ active: 0, abandoned: 0 })
})

test('bulkhead: around a retry, the slot waits for a later attempt that was given up', async () => {
  const { clock, slots } = setUp()
  const attempts = retry({ attempts: 2, baseDelay: 0, maxDelay: 0 }, { clock })
  const guarded = pipeline([slots, attempts, timeout({ limit: 100 }, { clock })])
  const second = Promise.withResolvers<string>()
  const outcome = expect(
    guarded.execute(({ attempt }) => (attempt === 1 ? Promise.reject(new Error('down')) : second.promise)),
  ).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  await clock.advance(100)
  await outcome
  await clock.settle()
  expect(slots.snapshot()).toMatchObject({ active: 1, abandoned: 1 })
  second.resolve('late')
  await clock.settle()
  expect(slots.snapshot()).toMatchObject({ active: 0, abandoned: 0 })
})

test('bulkhead: work that had to wait first is judged like any other once it runs', async () => {
  const { clock, slots, start } = setUp()
  const breaker = circuitBreaker({ name: 'square', trip: { kind: 'consecutive', failures: 1 } }, { clock })
  const running = start('running')
  const guarded = pipeline([timeout({ limit: 100 }, { clock }), breaker, slots])
  const outcome = expect(guarded.execute(() => new Promise(() => {}))).rejects.toMatchObject({
    code: 'ERR_TIMEOUT',
  })
  running.end.resolve('')
  await clock.advance(100)
  await outcome
  expect(breaker.state).toBe('open')
})

test('bulkhead: a later attempt that waits when the total time is over moves no breaker', async () => {
  const { clock, slots, start } = setUp()
  const breaker = circuitBreaker({ name: 'square', trip: { kind: 'consecutive', failures: 1 } }, { clock })
  const attempts = retry({ attempts: 2, baseDelay: 10, maxDelay: 10 }, { clock })
  const guarded = pipeline([timeout({ limit: 100 }, { clock }), breaker, attempts, slots])
  const outcome = expect(guarded.execute(() => Promise.reject(new Error('down')))).rejects.toMatchObject({
    code: 'ERR_TIMEOUT',
  })
  await clock.settle()
  start('hog')
  await clock.advance(100)
  await outcome
  expect(breaker.state).toBe('closed')
})

test('bulkhead: waiting for a slot when the total time is over moves no breaker', async () => {
  const { clock, slots } = setUp()
  const breaker = circuitBreaker({ name: 'square', trip: { kind: 'consecutive', failures: 1 } }, { clock })
  void slots.execute(() => new Promise(() => {}), callContext())
  const guarded = pipeline([timeout({ limit: 100 }, { clock }), breaker, slots])
  const outcome = expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  await clock.advance(100)
  await outcome
  expect(breaker.state).toBe('closed')
  expect(slots.snapshot().waiting).toBe(0)
})

test('bulkhead: is found in the registry, describes itself and refuses wrong options', () => {
  const registry = createRegistry()
  const made = bulkhead({ name: 'a', queue: 5, queueWaitMax: '1s' }, {}, registry)
  expect(registry.bulkheads.get('a')).toBe(made)
  expect(made.describe()).toEqual({
    kind: 'bulkhead',
    name: 'a',
    concurrency: 10,
    queue: 5,
    order: 'fifo',
    queueWaitMaxMs: 1_000,
  })
  expect(bulkhead({ name: 'b' }).describe()).not.toHaveProperty('queueWaitMaxMs')
  expect(() => bulkhead({ name: 'a', concurrency: 0 })).toThrow('"concurrency" must be a whole number')
})
