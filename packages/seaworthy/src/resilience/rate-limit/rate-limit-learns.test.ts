import { expect, test } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { pipeline, type Pipeline } from '../engine/pipeline.ts'
import { rateLimit } from './rate-limit.ts'
import type { RateLimit } from './rate-limit-handle.ts'
import type { RateLimitOptions } from './rate-limit-options.ts'

interface Setup {
  readonly clock: ManualClock
  readonly limit: RateLimit
  readonly line: Pipeline
}

function setUp(options: Partial<RateLimitOptions> = {}): Setup {
  const clock = manualClock()
  const limit = rateLimit({ name: 'api', limit: 10, ...options }, { clock })
  return { clock, limit, line: pipeline([limit]) }
}

async function ok(): Promise<string> {
  return 'ok'
}

const tooFast = (retryAfterMs?: number): Error =>
  Object.assign(new Error('slow down'), { status: 429, retryAfterMs })

async function refused(line: Pipeline, error: Error): Promise<void> {
  await expect(line.execute(() => Promise.reject(error))).rejects.toBe(error)
}

test('rate limit learns: after a 429 it pauses as long as the server asks, then goes on at half the rate', async () => {
  const { line, limit, clock } = setUp({ queue: 10, learn: { recover: '1d' } })
  await refused(line, tooFast(2_000))
  expect(limit.snapshot()).toMatchObject({ available: 0, pausedForMs: 2_000, share: 0.5 })
  const ran: number[] = []
  for (let i = 0; i < 3; i++) void line.execute(async () => void ran.push(clock.now()))
  await clock.advance(1_999)
  expect(ran).toEqual([])
  await clock.advance(1)
  expect(ran).toEqual([2_000])
  await clock.advance(1_000)
  expect(ran).toHaveLength(3)
  expect(ran[1]).toBeCloseTo(2_200, 0)
  expect(ran[2]).toBeCloseTo(2_400, 0)
})

test('rate limit learns: a pause refuses with the time until its end', async () => {
  const { line } = setUp()
  await refused(line, tooFast(2_000))
  await expect(line.execute(ok)).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED', retryAfterMs: 2_000 })
})

test('rate limit learns: answers to calls sent before the pause do not extend it', async () => {
  const { line, limit, clock } = setUp({ limit: 10 })
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const calls = ends.map(({ promise }) => line.execute(() => promise))
  for (const call of calls) call.catch(() => {})
  for (const end of ends.slice(0, 3)) {
    end.reject(tooFast(1_000))
    await clock.advance(300)
  }
  expect(limit.snapshot()).toMatchObject({ pausedForMs: 100, share: 0.5 })
  await clock.advance(200)
  ends[3]?.reject(tooFast(9_000))
  await clock.settle()
  expect(limit.snapshot()).toMatchObject({ pausedForMs: 0 })
  await refused(line, tooFast(3_000))
  expect(limit.snapshot()).toMatchObject({ pausedForMs: 3_000 })
  ends[4]?.resolve()
})

test('rate limit learns: the whole limit is back in time, and the pause of a key is its own', async () => {
  const { line, limit, clock } = setUp({ keys: 5, learn: { recover: '4s' } })
  await expect(line.execute(() => Promise.reject(tooFast()), { key: 'a' })).rejects.toThrow('slow down')
  expect(limit.snapshot('a')).toMatchObject({ available: 0, pausedForMs: 1_000, share: 0.5 })
  expect(limit.snapshot('b')).toMatchObject({ available: 10, pausedForMs: 0, share: 1 })
  await clock.advance(2_000)
  expect(limit.snapshot('a')).toMatchObject({ pausedForMs: 0, share: 0.75 })
  await clock.advance(1_000)
  expect(limit.snapshot('a')).toMatchObject({ available: 10, share: 1 })
})

test('rate limit learns: a window keeps to its share, too', async () => {
  const { line, clock, limit } = setUp({ algorithm: 'sliding-window', learn: { recover: '1d' }, queue: 20 })
  await refused(line, tooFast(5_000))
  await clock.advance(5_000)
  let ran = 0
  for (let i = 0; i < 20; i++) void line.execute(async () => ran++)
  await clock.settle()
  expect(ran).toBe(5)
  expect(limit.snapshot()).toMatchObject({ waiting: 15, available: 0 })
  await clock.advance(1_000)
  expect(ran).toBe(10)
})

test('rate limit learns: not from refusals of its own, from other failures, or when told not to', async () => {
  const { line, limit } = setUp({ limit: 1 })
  await refused(line, Object.assign(new Error('down'), { status: 500 }))
  await expect(line.execute(ok)).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED' })
  expect(limit.snapshot()).toMatchObject({ pausedForMs: 0, share: 1 })
  const deaf = setUp({ learn: false })
  await refused(deaf.line, tooFast(1_000))
  expect(deaf.limit.snapshot()).toMatchObject({ pausedForMs: 0, available: 9 })
})

test('rate limit learns: with a share of 1 it only pauses', async () => {
  const { line, limit, clock } = setUp({ learn: { slowTo: 1 } })
  await refused(line, tooFast(1_000))
  expect(limit.snapshot()).toMatchObject({ pausedForMs: 1_000, share: 1, available: 0 })
  await clock.advance(999)
  expect(limit.tryAcquire()).toBe(false)
  await clock.advance(1)
  expect(limit.tryAcquire()).toBe(true)
})

test('rate limit learns: who is refused after a wait hears of both', async () => {
  const { limit, clock } = setUp({ limit: 1, queue: 5, queueWaitMax: '2s' })
  await limit.acquire()
  const waiting = expect(limit.acquire()).rejects.toMatchObject({
    retryAfterMs: 1_800,
    message:
      'Cannot call "api": at most 1 units may start in 1s, its turn must come within 2s, would come in 1800ms, after 500ms of waiting',
  })
  await clock.advance(500)
  limit.learn(tooFast(1_800))
  await waiting
})
