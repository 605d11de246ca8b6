import { expect, test } from 'vitest'
import { manualClock, refusalChannel, type RefusalMessage } from 'seaworthy/core'
import { bulkhead } from './bulkhead.ts'
import type { BulkheadOptions } from './bulkhead-options.ts'

function setUp(options: Partial<BulkheadOptions> = {}) {
  const clock = manualClock()
  return { clock, slots: bulkhead({ name: 'square', concurrency: 1, queue: 2, ...options }, { clock }) }
}

test('bulkhead: a slot taken by hand is given back once', () => {
  const { slots } = setUp({ concurrency: 2 })
  const one = slots.tryAcquire()
  const other = slots.tryAcquire()
  expect(slots.snapshot().active).toBe(2)
  one?.release()
  one?.release()
  expect(slots.snapshot().active).toBe(1)
  other?.[Symbol.dispose]()
  expect(slots.snapshot().active).toBe(0)
})

test('bulkhead: tryAcquire never waits; its refusal is counted and published', () => {
  const messages: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => messages.push(message))
  const { slots } = setUp()
  using slot = slots.tryAcquire()
  expect(slot).toBeDefined()
  expect(slots.tryAcquire()).toBeUndefined()
  expect(slots.snapshot()).toMatchObject({ active: 1, waiting: 0, refused: 1 })
  expect(messages).toEqual([{ name: 'square', reason: 'bulkhead-full', retryAfterMs: 1_000 }])
})

test('bulkhead: acquire gives a slot at once if one is free, else when one is', async () => {
  const { clock, slots } = setUp()
  const first = await slots.acquire()
  let second = false
  const waiting = slots.acquire().then((slot) => {
    second = true
    return slot
  })
  await clock.settle()
  expect(second).toBe(false)
  first.release()
  // It is handed over in the step in which it is given back.
  expect(slots.snapshot()).toMatchObject({ active: 1, waiting: 0 })
  using slot = await waiting
  expect(slot).toBeDefined()
})

test('bulkhead: acquire by priority, in turn by key', async () => {
  const { clock, slots } = setUp({ queue: 10 })
  const log: string[] = []
  const held = slots.tryAcquire()
  const acquire = async (name: string, request: Parameters<typeof slots.acquire>[0]): Promise<void> => {
    using _ = await slots.acquire(request)
    log.push(name)
  }
  const all = [
    acquire('optional', { priority: 'optional' }),
    acquire('loud 1', { key: 'loud' }),
    acquire('loud 2', { key: 'loud' }),
    acquire('quiet', { key: 'quiet' }),
    acquire('critical', { priority: 'critical' }),
  ]
  held?.release()
  await Promise.all(all)
  expect(log).toEqual(['critical', 'loud 1', 'quiet', 'loud 2', 'optional'])
  await clock.settle()
  expect(slots.snapshot().active).toBe(0)
})

test('bulkhead: acquire ends with the reason of its signal, before or while waiting', async () => {
  const { slots } = setUp()
  const reason = new Error('left')
  await expect(slots.acquire({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  expect(slots.snapshot()).toMatchObject({ active: 0, refused: 0 })
  using _ = slots.tryAcquire()
  const controller = new AbortController()
  const outcome = expect(slots.acquire({ signal: controller.signal })).rejects.toBe(reason)
  expect(slots.snapshot().waiting).toBe(1)
  controller.abort(reason)
  expect(slots.snapshot().waiting).toBe(0)
  await outcome
})

test('bulkhead: a signal that aborts after the slot was given takes nothing back', async () => {
  const { slots } = setUp()
  const held = slots.tryAcquire()
  const controller = new AbortController()
  const waiting = slots.acquire({ signal: controller.signal })
  held?.release()
  controller.abort(new Error('late'))
  using slot = await waiting
  expect(slot).toBeDefined()
  expect(slots.snapshot().active).toBe(1)
})

test('bulkhead: acquire is refused when all is full, or when it waits too long', async () => {
  const { clock, slots } = setUp({ queue: 1, queueWaitMax: 20 })
  using _ = slots.tryAcquire()
  const controller = new AbortController()
  const waiting = expect(slots.acquire({ signal: controller.signal })).rejects.toMatchObject({
    code: 'ERR_QUEUE_TIMEOUT',
  })
  await expect(slots.acquire()).rejects.toMatchObject({ code: 'ERR_BULKHEAD_FULL' })
  await clock.advance(20)
  await waiting
  controller.abort()
  expect(slots.snapshot()).toMatchObject({ active: 1, waiting: 0, refused: 2 })
})

test('bulkhead: more slots serve who waits at once', async () => {
  const { clock, slots } = setUp()
  using _ = slots.tryAcquire()
  const waiting = [slots.acquire(), slots.acquire()]
  slots.reconfigure({ concurrency: 3 })
  expect(slots.snapshot()).toMatchObject({ concurrency: 3, active: 3, waiting: 0, queue: 2 })
  await Promise.all(waiting)
  await clock.settle()
})

test('bulkhead: fewer slots let calls under way go on, and are lent again when few enough are taken', () => {
  const { slots } = setUp({ concurrency: 3 })
  const held = [slots.tryAcquire(), slots.tryAcquire(), slots.tryAcquire()]
  slots.reconfigure({ concurrency: 1 })
  expect(slots.snapshot()).toMatchObject({ concurrency: 1, active: 3 })
  held[0]?.release()
  held[1]?.release()
  expect(slots.tryAcquire()).toBeUndefined()
  held[2]?.release()
  expect(slots.tryAcquire()).toBeDefined()
})

test('bulkhead: who waits is subject to a new wait and a smaller queue at once', async () => {
  const { clock, slots } = setUp()
  using _ = slots.tryAcquire()
  const first = expect(slots.acquire()).rejects.toMatchObject({
    code: 'ERR_QUEUE_TIMEOUT',
    message: 'Cannot call "square": a slot must be free within 15ms, none was',
  })
  const second = expect(slots.acquire()).rejects.toMatchObject({
    code: 'ERR_BULKHEAD_FULL',
    message: 'Cannot call "square": one of 1 slots or 1 places in the queue must be free, all are taken',
  })
  await clock.advance(10)
  slots.reconfigure({ queue: 1, queueWaitMax: 15 })
  await second
  await clock.advance(4)
  expect(slots.snapshot().waiting).toBe(1)
  await clock.advance(1)
  await first
})

test('bulkhead: changed settings stay, others too, and nothing changes when one is wrong', () => {
  const { slots } = setUp({ queueWaitMax: 50 })
  slots.reconfigure({ order: 'lifo' })
  slots.reconfigure({ queue: 7 })
  const settings = { concurrency: 1, queue: 7, order: 'lifo', queueWaitMaxMs: 50 }
  expect(slots.describe()).toMatchObject(settings)
  expect(() => slots.reconfigure({ concurrency: 5, queue: -1 })).toThrow(
    'Cannot configure bulkhead "square": "queue" must be a whole number from 0 to 100000, received -1',
  )
  expect(slots.describe()).toMatchObject(settings)
  expect(slots.snapshot().concurrency).toBe(1)
})

test('bulkhead: is idle, so that it may be replaced, when no slot is taken', () => {
  const { slots } = setUp()
  expect(slots.isIdle).toBe(true)
  const slot = slots.tryAcquire()
  expect(slots.isIdle).toBe(false)
  slot?.release()
  expect(slots.isIdle).toBe(true)
})
