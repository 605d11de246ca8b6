import { expect, test } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { pipeline, type Pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import { resilienceError } from '../resilience-errors.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { rateLimit } from './rate-limit.ts'
import type { RateLimit } from './rate-limit-handle.ts'
import type { RateLimitOptions } from './rate-limit-options.ts'

interface Setup {
  readonly clock: ManualClock
  readonly limit: RateLimit
  readonly line: Pipeline
}

function setUp(
  options: Partial<RateLimitOptions> = {},
  around: (limit: Policy, clock: ManualClock) => readonly Policy[] = (limit) => [limit],
): Setup {
  const clock = manualClock()
  const limit = rateLimit({ name: 'api', limit: 10, ...options }, { clock })
  return { clock, limit, line: pipeline(around(limit, clock)) }
}

async function ok(): Promise<string> {
  return 'ok'
}

const tooFast = (retryAfterMs?: number): Error =>
  Object.assign(new Error('slow down'), { status: 429, retryAfterMs })

async function refused(line: Pipeline, error: Error): Promise<void> {
  await expect(line.execute(() => Promise.reject(error))).rejects.toBe(error)
}

test('rate limit in a pipeline: lets calls through and refuses with the time after which it would', async () => {
  const { line, limit } = setUp({ limit: 2 })
  expect(await line.execute(ok)).toBe('ok')
  expect(await line.execute(ok)).toBe('ok')
  await expect(line.execute(ok)).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED', retryAfterMs: 500 })
  expect(limit.snapshot()).toMatchObject({ refused: 1 })
})

test('rate limit in a pipeline: takes the cost and the key of the call', async () => {
  const { line, limit } = setUp({ keys: 5 })
  await line.execute(ok, { cost: 7, key: 'a' })
  expect(limit.snapshot('a')).toMatchObject({ available: 3 })
  expect(limit.snapshot('b')).toMatchObject({ available: 10 })
  await expect(line.execute(ok, { cost: 11 })).rejects.toMatchObject({ code: 'ERR_RATE_COST' })
  await expect(line.execute(ok, { cost: 4, key: 'a' })).rejects.toMatchObject({ details: { cost: 4 } })
})

test('rate limit in a pipeline: calls wait in order and then run', async () => {
  const { line, clock } = setUp({ limit: 1, queue: 3 })
  const ran: [string, number][] = []
  const call = (name: string): Promise<void> => line.execute(async () => void ran.push([name, clock.now()]))
  const calls = Promise.all(['a', 'b', 'c'].map(call))
  await clock.advance(2_000)
  await calls
  expect(ran).toEqual([
    ['a', 0],
    ['b', 1_000],
    ['c', 2_000],
  ])
  expect(clock.pending).toBe(0)
})

test('rate limit in a pipeline: an abort ends the wait at once, and the work is never called', async () => {
  const { line, limit, clock } = setUp({ limit: 1, queue: 3 })
  await line.execute(ok)
  const controller = new AbortController()
  let calls = 0
  const result = line.execute(async () => calls++, { signal: controller.signal })
  result.catch(() => {})
  expect(limit.snapshot()).toMatchObject({ waiting: 1 })
  controller.abort('gone')
  await expect(result).rejects.toBe('gone')
  expect(limit.snapshot()).toMatchObject({ waiting: 0 })
  await clock.advance(5_000)
  expect(calls).toBe(0)
  expect(clock.pending).toBe(0)
  expect(limit.snapshot()).toMatchObject({ available: 1 })
})

test('rate limit in a pipeline: a timeout around it ends the wait and leaves no hole', async () => {
  const { line, limit, clock } = setUp({ limit: 1, queue: 3 }, (inner, time) => [
    timeout({ limit: '300ms' }, { clock: time }),
    inner,
  ])
  await line.execute(ok)
  const late = line.execute(ok)
  late.catch(() => {})
  await clock.advance(300)
  await expect(late).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  expect(limit.snapshot()).toMatchObject({ waiting: 0 })
  await clock.advance(700)
  expect(await line.execute(ok)).toBe('ok')
})

test('rate limit in a pipeline: who waits is refused when its turn has come too late', async () => {
  const { line, limit, clock } = setUp({ limit: 1, queue: 3, queueWaitMax: '2s' })
  await line.execute(ok)
  const waiting = line.execute(ok)
  waiting.catch(() => {})
  limit.learn(tooFast(60_000))
  await clock.settle()
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED', details: { reason: 'wait' } })
  expect(clock.pending).toBe(0)
})

test('rate limit in a pipeline: what a policy inside refuses is given back', async () => {
  const { line, limit, clock } = setUp({}, (outer, time) => [
    outer,
    bulkhead({ name: 'slots', concurrency: 1 }, { clock: time }),
  ])
  const end = Promise.withResolvers<void>()
  const running = line.execute(() => end.promise)
  for (let i = 0; i < 20; i++) {
    await expect(line.execute(ok)).rejects.toMatchObject({ code: 'ERR_BULKHEAD_FULL' })
  }
  expect(limit.snapshot()).toMatchObject({ available: 9 })
  end.resolve()
  await running
  await clock.settle()
})

test('rate limit in a pipeline: what waited inside and never began is given back', async () => {
  const { line, limit, clock } = setUp({ interval: '1h' }, (outer, time) => [
    outer,
    bulkhead({ name: 'slots', concurrency: 1, queue: 5 }, { clock: time }),
  ])
  const end = Promise.withResolvers<void>()
  const controller = new AbortController()
  const running = line.execute(() => end.promise)
  const queued = line.execute(ok, { signal: controller.signal })
  queued.catch(() => {})
  expect(limit.snapshot()).toMatchObject({ available: 8 })
  controller.abort('gone')
  expect(limit.snapshot()).toMatchObject({ available: 9 })
  end.resolve()
  await running
  await clock.settle()
})

test('rate limit in a pipeline: what has begun is not given back, however it ends', async () => {
  const { line, limit, clock } = setUp({ interval: '1h' })
  await expect(line.execute(() => Promise.reject(new Error('down')))).rejects.toThrow('down')
  const controller = new AbortController()
  const running = line.execute(() => new Promise(() => {}), { signal: controller.signal })
  running.catch(() => {})
  controller.abort('gone')
  await clock.settle()
  expect(limit.snapshot()).toMatchObject({ available: 8 })
})

test('rate limit in a pipeline: a refusal inside gives nothing back if a retry inside has sent something before', async () => {
  const refusal = resilienceError('ERR_CIRCUIT_OPEN', 'open')
  const { line, limit, clock } = setUp({ interval: '1h' }, (outer, time) => [
    outer,
    retry({ attempts: 2 }, { clock: time }),
  ])
  const answers = [new Error('down'), refusal]
  const result = line.execute(() => Promise.reject(answers.shift()))
  result.catch(() => {})
  await clock.advance(60_000)
  await expect(result).rejects.toBe(refusal)
  expect(limit.snapshot()).toMatchObject({ available: 9 })
})

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

test('rate limit: is idle when nothing that has happened makes a difference any more', async () => {
  const { line, limit, clock } = setUp({ queue: 1, learn: { recover: '4s', pause: '100ms' } })
  expect(limit.isIdle).toBe(true)
  await line.execute(ok)
  expect(limit.isIdle).toBe(false)
  await clock.advance(100)
  expect(limit.isIdle).toBe(true)
  await refused(line, tooFast())
  await clock.advance(2_099)
  expect(limit.isIdle).toBe(false)
  await clock.advance(1)
  expect(limit.isIdle).toBe(true)
  limit.tryAcquire(10)
  const waiting = line.execute(ok)
  await clock.advance(100)
  expect(await waiting).toBe('ok')
  const byKey = setUp({ keys: 3 }).limit
  byKey.tryAcquire(1, 'a')
  expect(byKey.isIdle).toBe(false)
})
