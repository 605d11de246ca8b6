import { expect, test, vi } from 'vitest'
import { manualClock, refusalChannel, type RefusalMessage } from 'seaworthy/core'
import { adaptiveLimit } from './adaptive-limit.ts'
import type { AdaptiveLimitOptions } from './adaptive-limit-options.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import type { ExecuteOptions } from '../engine/call-context.ts'
import type { CallOutcome } from '../engine/call-outcome.ts'
import { pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import { resilienceError } from '../resilience-errors.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'

interface Trial extends Partial<AdaptiveLimitOptions> {
  /** Policies inside the limit. */
  readonly inside?: (clock: ReturnType<typeof manualClock>) => readonly Policy[]
}

/** A limit of 4 with windows of 100 ms and 4 calls, and calls that end when told to. */
function setUp({ inside = () => [], ...options }: Trial = {}) {
  const clock = manualClock()
  const limit = adaptiveLimit(
    { name: 'square', algorithm: 'aimd', initial: 4, window: 100, windowCalls: 4, ...options },
    { clock, random: { next: () => 0.5 } },
  )
  const line = pipeline([limit, ...inside(clock)])
  const start = (callOptions: ExecuteOptions = {}) => {
    const end = Promise.withResolvers<unknown>()
    // Of a call that is refused nobody takes the end.
    end.promise.catch(() => {})
    const outcome = line.outcome(() => end.promise, callOptions)
    return { end, outcome }
  }
  /** Four calls at once that take a time and end as told. */
  const round = async (ms: number, finish: (end: PromiseWithResolvers<unknown>) => void): Promise<void> => {
    const calls = Array.from({ length: 4 }, () => start())
    await clock.advance(ms)
    for (const { end } of calls) finish(end)
    await clock.settle()
  }
  /** Calls that are served, one round after another for as long as a window takes. */
  const goodWindow = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) await round(100, served)
  }
  return { clock, limit, start, round, goodWindow }
}

async function errorOf(outcome: Promise<CallOutcome<unknown>>): Promise<unknown> {
  const result = await outcome
  return result.ok ? undefined : result.error
}

const served = (end: PromiseWithResolvers<unknown>): void => end.resolve('')
const failing = (error: unknown) => (end: PromiseWithResolvers<unknown>) => end.reject(error)
const unavailable = Object.assign(new Error('unavailable'), { status: 503 })

test('adaptiveLimit: lets so many calls in and refuses the rest, with a time to come again', async () => {
  const messages: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => messages.push(message))
  const { limit, start } = setUp({ retryAfter: '2s' })
  for (let i = 0; i < 4; i++) start()
  expect(await errorOf(start().outcome)).toMatchObject({
    code: 'ERR_CONCURRENCY_LIMIT',
    retryAfterMs: 2_000,
    message: 'Cannot call "square": one of 4 slots or 0 places in the queue must be free, all are taken',
  })
  expect(messages).toEqual([{ name: 'square', reason: 'concurrency-limit', retryAfterMs: 2_000 }])
  expect(limit.snapshot()).toEqual({
    name: 'square',
    algorithm: 'aimd',
    limit: 4,
    active: 4,
    abandoned: 0,
    waiting: 0,
    refused: 1,
    dropped: 0,
    phase: 'start',
    baseMs: undefined,
  })
})

test('adaptiveLimit: a window of good calls that used the limit raises it', async () => {
  const { limit, round } = setUp()
  for (let i = 0; i < 3; i++) await round(100, served)
  expect(limit.snapshot().limit).toBe(4)
  await round(100, served)
  expect(limit.snapshot()).toMatchObject({ limit: 8, active: 0 })
})

test('adaptiveLimit: a window is as long as told, and has as many calls', async () => {
  const long = setUp({ window: 1_000 })
  for (let i = 0; i < 9; i++) await long.round(100, served)
  expect(long.limit.snapshot().limit).toBe(4)
  await long.round(100, served)
  expect(long.limit.snapshot()).toMatchObject({ limit: 8, baseMs: undefined })
  const many = setUp({ windowCalls: 21 })
  for (let i = 0; i < 5; i++) await many.round(100, served)
  expect(many.limit.snapshot().limit).toBe(4)
  await many.round(100, served)
  expect(many.limit.snapshot().limit).toBe(8)
})

test('adaptiveLimit: fewer drops than a window has calls decide nothing', async () => {
  const { clock, limit, start } = setUp({ initial: 100 })
  const calls = Array.from({ length: 3 }, () => start())
  await clock.advance(400)
  for (const { end } of calls) end.reject(unavailable)
  await clock.settle()
  expect(limit.snapshot()).toMatchObject({ limit: 100, dropped: 3 })
})

test('adaptiveLimit: a raised limit serves who waits, in the step in which the call ended', async () => {
  const { clock, limit, start, round } = setUp({ queue: 10 })
  for (let i = 0; i < 3; i++) await round(100, served)
  const calls = Array.from({ length: 10 }, () => start())
  expect(limit.snapshot()).toMatchObject({ limit: 4, active: 4, waiting: 6 })
  await clock.advance(100)
  calls[0]?.end.resolve('')
  await clock.settle()
  expect(limit.snapshot()).toMatchObject({ limit: 8, active: 8, waiting: 1 })
})

test('adaptiveLimit: dropped calls lower it: overload answers, timeouts inside, calls that took too long', async () => {
  const overloaded = setUp({ initial: 100 })
  await overloaded.round(400, failing(unavailable))
  expect(overloaded.limit.snapshot()).toMatchObject({ limit: 50, dropped: 4, phase: 'steady' })

  const slow = setUp({ initial: 100, dropAfter: 399 })
  await slow.round(400, served)
  expect(slow.limit.snapshot()).toMatchObject({ limit: 50, dropped: 4 })

  const inTime = setUp({ initial: 100, dropAfter: 400 })
  await inTime.round(400, served)
  await inTime.round(400, served)
  expect(inTime.limit.snapshot()).toMatchObject({ limit: 100, dropped: 0 })

  const timedOut = setUp({ initial: 100, inside: (clock) => [timeout({ limit: 400 }, { clock })] })
  await timedOut.round(400, served)
  expect(timedOut.limit.snapshot()).toMatchObject({ limit: 50, dropped: 4, active: 0 })
})

test('adaptiveLimit: a timeout around it that was over while the work ran is a drop, and the slot stays taken', async () => {
  const { clock, limit } = setUp({ initial: 100 })
  const line = pipeline([timeout({ limit: 400 }, { clock }), limit])
  const end = Promise.withResolvers<void>()
  const outcomes = Array.from({ length: 4 }, () => line.outcome(() => end.promise))
  await clock.advance(400)
  for (const outcome of outcomes) expect(await errorOf(outcome)).toMatchObject({ code: 'ERR_TIMEOUT' })
  expect(limit.snapshot()).toMatchObject({ limit: 50, dropped: 4, active: 4, abandoned: 4 })
  end.resolve()
  await clock.settle()
  expect(limit.snapshot()).toMatchObject({ active: 0, abandoned: 0 })
})

test.each<readonly [string, unknown]>([
  ['another error of the service', new Error('wrong')],
  ['an open circuit inside', resilienceError('ERR_CIRCUIT_OPEN', 'open')],
  ['an abort inside', new DOMException('gave up', 'AbortError')],
])('adaptiveLimit: %s says nothing about load', async (_, error) => {
  const { limit, round } = setUp()
  for (let i = 0; i < 4; i++) await round(400, failing(error))
  expect(limit.snapshot()).toMatchObject({ limit: 4, dropped: 0, active: 0 })
})

test('adaptiveLimit: a call that its caller gave up says nothing about load', async () => {
  const { clock, limit, start } = setUp()
  const controller = new AbortController()
  const calls = Array.from({ length: 4 }, () => start({ signal: controller.signal }))
  await clock.advance(400)
  controller.abort(new Error('left'))
  for (const { end } of calls) end.resolve('')
  await clock.settle()
  expect(limit.snapshot()).toMatchObject({ limit: 4, dropped: 0, active: 0 })
})

test('adaptiveLimit: what it refuses, or lets wait too long, moves no breaker around it', async () => {
  const { clock, limit, start } = setUp({ queue: 1, queueWaitMax: 50 })
  const breaker = circuitBreaker({ name: 'square', trip: { kind: 'consecutive', failures: 1 } }, { clock })
  const line = pipeline([breaker, limit])
  for (let i = 0; i < 4; i++) start()
  const waiting = line.outcome(async () => 1)
  const refused = line.outcome(async () => 1)
  expect(await errorOf(refused)).toMatchObject({ code: 'ERR_CONCURRENCY_LIMIT' })
  await clock.advance(50)
  expect(await errorOf(waiting)).toMatchObject({ code: 'ERR_QUEUE_TIMEOUT' })
  expect(breaker.state).toBe('closed')
})

test('adaptiveLimit: the wait for a slot is no part of the time of a call', async () => {
  const { clock, limit, start } = setUp({ algorithm: 'vegas', queue: 10, initial: 1, max: 1 })
  const calls = Array.from({ length: 5 }, () => start())
  for (const { end } of calls) {
    await clock.advance(100)
    end.resolve('')
    await clock.settle()
  }
  expect(limit.snapshot().baseMs).toBe(100)
})

test('adaptiveLimit: around a retry, the slot waits for the work of every attempt', async () => {
  const { clock, limit } = setUp()
  const attempts = retry({ attempts: 2, baseDelay: 0 }, { clock, random: { next: () => 0 } })
  const line = pipeline([limit, attempts, timeout({ limit: 100 }, { clock })])
  const first = Promise.withResolvers<string>()
  const result = line.execute(({ attempt }) => (attempt === 1 ? first.promise : Promise.resolve('second')))
  await clock.advance(100)
  expect(await result).toBe('second')
  expect(limit.snapshot()).toMatchObject({ active: 1, abandoned: 1 })
  first.resolve('late')
  await clock.settle()
  expect(limit.snapshot()).toMatchObject({ active: 0, abandoned: 0 })
})

test('adaptiveLimit: what a value or an error says may be told, and a telling that throws costs no slot', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const busy = setUp({
    initial: 100,
    classifyResult: (value) => (value === 'busy' ? 'overloaded' : 'served'),
  })
  await busy.round(400, (end) => end.resolve('busy'))
  expect(busy.limit.snapshot()).toMatchObject({ limit: 50, dropped: 4 })

  const teapot = setUp({ initial: 100, classify: () => 'overloaded' })
  await teapot.round(400, failing(new Error('teapot')))
  expect(teapot.limit.snapshot().limit).toBe(50)

  const throwing = setUp({
    classifyResult: () => {
      throw new Error('wrong classification')
    },
  })
  await throwing.round(400, served)
  expect(throwing.limit.snapshot()).toMatchObject({ limit: 4, active: 0 })
  expect(warn).toHaveBeenCalledOnce()
  warn.mockRestore()
})

test('adaptiveLimit: a permit is given back once, with how the call ended', async () => {
  const { clock, limit } = setUp()
  for (let i = 0; i < 4; i++) {
    const permits = Array.from({ length: 4 }, () => limit.tryAcquire())
    expect(limit.tryAcquire()).toBeUndefined()
    await clock.advance(100)
    for (const permit of permits) {
      permit?.record('served')
      permit?.record('overloaded')
      permit?.release()
    }
  }
  expect(limit.snapshot()).toMatchObject({ limit: 8, active: 0, dropped: 0, refused: 4 })
  const unused = await limit.acquire()
  expect(limit.snapshot().active).toBe(1)
  unused[Symbol.dispose]()
  expect(limit.snapshot()).toMatchObject({ active: 0, limit: 8 })
})

test('adaptiveLimit: a permit is waited for like a slot', async () => {
  const { clock, limit } = setUp({ initial: 1, queue: 1 })
  const first = await limit.acquire()
  const second = limit.acquire()
  expect(limit.snapshot().waiting).toBe(1)
  await expect(limit.acquire()).rejects.toMatchObject({ code: 'ERR_CONCURRENCY_LIMIT' })
  first.release()
  ;(await second).release()
  await clock.settle()
  expect(limit.snapshot()).toMatchObject({ active: 0, waiting: 0 })
})

test('adaptiveLimit: settings can be changed in use, and what was found out stays', async () => {
  const { clock, limit, start, round, goodWindow } = setUp()
  await goodWindow()
  limit.reconfigure({ max: 6, queue: 3, order: 'lifo' })
  expect(limit.snapshot()).toMatchObject({ limit: 6, phase: 'start' })
  expect(limit.describe()).toMatchObject({ max: 6, queue: 3, order: 'lifo' })
  const calls = Array.from({ length: 10 }, () => start())
  expect(limit.snapshot()).toMatchObject({ active: 6, waiting: 3, refused: 1 })
  for (const { end } of calls) end.reject(new Error('wrong'))
  await clock.settle()
  limit.reconfigure({ min: 5, backoff: 0.5, dropsTolerated: 0.5 })
  await round(400, failing(unavailable))
  expect(limit.snapshot()).toMatchObject({ limit: 5, dropped: 4, phase: 'steady' })
  expect(() => limit.reconfigure({ min: 7, max: 6 })).toThrow('"max" must be at least "min", 7, received 6')
  expect(limit.describe()).toMatchObject({ min: 5, max: 6 })
})

test('adaptiveLimit: describes itself, begins within its bounds, and refuses wrong options', () => {
  expect(adaptiveLimit({ name: 'a', queue: 5, queueWaitMax: '1s' }).describe()).toEqual({
    kind: 'adaptive-limit',
    name: 'a',
    algorithm: 'vegas',
    min: 1,
    max: 1_000,
    queue: 5,
    order: 'fifo',
    queueWaitMaxMs: 1_000,
  })
  expect(adaptiveLimit({ name: 'a' }).snapshot()).toMatchObject({ limit: 20, baseMs: undefined })
  expect(adaptiveLimit({ name: 'a' }).describe()).not.toHaveProperty('queueWaitMaxMs')
  expect(adaptiveLimit({ name: 'a', max: 7 }).snapshot().limit).toBe(7)
  expect(adaptiveLimit({ name: 'a', min: 30 }).snapshot().limit).toBe(30)
  expect(() => adaptiveLimit({ name: 'a', max: 7, initial: 8 })).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_OPTION',
      message:
        'Cannot configure adaptive limit "a": "initial" must be from "min", 1, to "max", 7, received 8',
      details: { target: 'adaptive limit "a"', key: 'initial' },
    }),
  )
  expect(() => adaptiveLimit({ name: 'a', min: 3, initial: 2 })).toThrow('"initial" must be from "min", 3')
  expect(() => adaptiveLimit({ name: 'a', algorithm: 'bbr' as 'aimd' })).toThrow(
    '"aimd", "vegas", "gradient"',
  )
})
