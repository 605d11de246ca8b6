import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { manualClock, refusalChannel, type RefusalMessage } from 'seaworthy/core'
import { bulkhead } from './bulkhead.ts'
import type { BulkheadOptions } from './bulkhead-options.ts'
import { callContext } from '../engine/caller-scope.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import type { ExecuteOptions } from '../engine/call-context.ts'
import { pipeline } from '../engine/pipeline.ts'

/** A bulkhead whose calls are named, last until ended, and tell when they start and how they end. */
function setUp(options: Partial<BulkheadOptions> = {}) {
  const clock = manualClock()
  const slots = bulkhead({ name: 'square', concurrency: 1, queue: 10, ...options }, { clock })
  const line = pipeline([slots])
  const log: string[] = []
  const ends = new Map<string, () => void>()
  const start = (name: string, callOptions: ExecuteOptions = {}): void => {
    const { promise, resolve } = Promise.withResolvers<void>()
    ends.set(name, resolve)
    const work = (): Promise<void> => {
      log.push(name)
      return promise
    }
    line.execute(work, callOptions).catch((error) => log.push(`${name} ${error.code ?? error.message}`))
  }
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.()
    await clock.settle()
  }
  return { clock, slots, log, start, end }
}

test('bulkhead: the highest priority is served first, in order within', async () => {
  const { log, start, end } = setUp()
  start('running')
  start('low', { priority: 1 })
  start('usual')
  start('usual too', { priority: 5 })
  start('high', { priority: 9 })
  for (const name of ['running', 'high', 'usual', 'usual too']) await end(name)
  expect(log).toEqual(['running', 'high', 'usual', 'usual too', 'low'])
})

test('bulkhead: one loud key cannot starve another', async () => {
  const { log, start, end } = setUp()
  start('running')
  for (const name of ['loud 1', 'loud 2', 'loud 3']) start(name, { key: 'loud' })
  start('quiet', { key: 'quiet' })
  for (const name of ['running', 'loud 1', 'quiet', 'loud 2']) await end(name)
  expect(log).toEqual(['running', 'loud 1', 'quiet', 'loud 2', 'loud 3'])
})

test('bulkhead: a loud key that fills the queue gives its last place to another', async () => {
  const { clock, log, start, end } = setUp({ queue: 3 })
  start('running')
  for (const name of ['loud 1', 'loud 2', 'loud 3']) start(name, { key: 'loud' })
  start('quiet', { key: 'quiet' })
  await clock.settle()
  expect(log).toEqual(['running', 'loud 3 ERR_BULKHEAD_FULL'])
  await end('running')
  await end('loud 1')
  expect(log.slice(2)).toEqual(['loud 1', 'quiet'])
})

test('bulkhead: a call of higher priority takes the place of the newest of the lowest, which is told why', async () => {
  const messages: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => messages.push(message))
  const { clock, slots, start } = setUp({ queue: 2, retryAfter: 300 })
  start('running')
  const waiting = slots.acquire({ priority: 'optional' })
  const displaced = slots.acquire({ priority: 'optional' })
  const refused = expect(displaced).rejects.toMatchObject({
    code: 'ERR_BULKHEAD_FULL',
    retryAfterMs: 300,
    message:
      'Cannot call "square": must keep its place in the queue of 2, a call that goes before it has taken it',
    details: { name: 'square', concurrency: 1, queue: 2 },
  })
  start('urgent', { priority: 9 })
  await refused
  expect(messages).toEqual([{ name: 'square', reason: 'queue-displaced', retryAfterMs: 300 }])
  expect(slots.snapshot()).toMatchObject({ waiting: 2, refused: 1 })
  await clock.settle()
  await expect(slots.acquire({ priority: 0 })).rejects.toMatchObject({
    message: 'Cannot call "square": one of 1 slots or 2 places in the queue must be free, all are taken',
  })
  expect(messages[1]?.reason).toBe('bulkhead-full')
  void waiting
})

test('bulkhead: with lifo the newest is served first, and the oldest gives way', async () => {
  const { clock, log, start, end } = setUp({ order: 'lifo', queue: 2 })
  start('running')
  for (const name of ['a', 'b', 'c']) start(name)
  await clock.settle()
  expect(log).toEqual(['running', 'a ERR_BULKHEAD_FULL'])
  await end('running')
  await end('c')
  expect(log.slice(2)).toEqual(['c', 'b'])
})

test('bulkhead: a free slot is handed over in the step in which the work ends', async () => {
  const { log, start, end } = setUp()
  const order: string[] = []
  start('running')
  start('queued')
  const ended = end('running').then(() => order.push('end'))
  // Newcomers at every point in time up to the hand-over find the slot taken.
  for (let i = 0; i < 10; i++) {
    await Promise.resolve()
    start(`newcomer ${i}`)
  }
  await ended
  expect(log).toEqual(['running', 'queued'])
})

test('bulkhead: an abort in the queue is answered at once, before any slot is free', async () => {
  const { clock, slots, start, end, log } = setUp()
  const controller = new AbortController()
  start('running')
  start('staying')
  start('leaving', { signal: controller.signal })
  controller.abort(new Error('gone'))
  expect(slots.snapshot()).toMatchObject({ active: 1, waiting: 1 })
  await clock.settle()
  expect(log).toEqual(['running', 'leaving gone'])
  for (const name of ['running', 'staying']) await end(name)
  expect(log.slice(2)).toEqual(['staying'])
  expect(slots.snapshot()).toMatchObject({ active: 0, waiting: 0 })
})

test('bulkhead: calls that it refuses, or that wait too long, move no breaker around it', async () => {
  const { clock, slots, start } = setUp({ queue: 1, queueWaitMax: 50 })
  const breaker = circuitBreaker({ name: 'square', trip: { kind: 'consecutive', failures: 1 } }, { clock })
  const guarded = pipeline([breaker, slots])
  start('running')
  const tooLong = expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_QUEUE_TIMEOUT' })
  await expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_BULKHEAD_FULL' })
  await clock.advance(50)
  await tooLong
  expect(breaker.state).toBe('closed')
})

test('bulkhead: work that had to wait runs in the async context of its own caller', async () => {
  const { slots, start, end } = setUp()
  const caller = new AsyncLocalStorage<string>()
  start('running')
  const line = pipeline([slots])
  const seen = caller.run('second', () => line.execute(async () => caller.getStore()))
  await caller.run('first', () => end('running'))
  expect(await seen).toBe('second')
})

test('bulkhead: any number of calls that end at once follow each other', async () => {
  const { clock, slots, start, end } = setUp({ queue: 5_000 })
  start('running')
  const line = pipeline([slots])
  const throwing = (): never => {
    throw new Error('at once')
  }
  const results = Array.from({ length: 5_000 }, () => line.outcome(throwing))
  await end('running')
  expect((await Promise.all(results)).every((result) => !result.ok)).toBe(true)
  await clock.settle()
  expect(slots.snapshot()).toMatchObject({ active: 0, waiting: 0, refused: 0 })
})

test('bulkhead: one timer for all who wait, whenever they came', async () => {
  const { clock, log, start } = setUp({ queueWaitMax: 50 })
  start('running')
  start('a')
  await clock.advance(30)
  start('b')
  expect(clock.pending).toBe(1)
  await clock.advance(49)
  expect(log).toEqual(['running', 'a ERR_QUEUE_TIMEOUT'])
  await clock.advance(1)
  expect(log).toEqual(['running', 'a ERR_QUEUE_TIMEOUT', 'b ERR_QUEUE_TIMEOUT'])
  expect(clock.pending).toBe(0)
})

test('bulkhead: without waiting, no clock is read and no timer is made', async () => {
  const forbidden = (): never => {
    throw new Error('a call that need not wait has no use for time')
  }
  const clock = { now: forbidden, wallTime: forbidden, schedule: forbidden }
  const slots = bulkhead({ name: 'square', concurrency: 1, queue: 1, queueWaitMax: 50 }, { clock })
  expect(await pipeline([slots]).execute(async () => 1)).toBe(1)
  expect(await slots.execute(async () => 2, callContext())).toBe(2)
})
