import { expect, test } from 'vitest'
import { manualClock, refusalChannel, type ManualClock } from 'seaworthy/core'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
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

test('rate limit in a pipeline: who gives up while a retry inside waits gets nothing back once something was sent', async () => {
  const { line, limit, clock } = setUp({ limit: 2 }, (policy, time) => [
    policy,
    retry({ attempts: 3, backoff: 'constant', baseDelay: '1s' }, { clock: time }),
  ])
  const caller = new AbortController()
  const call = line.execute(() => Promise.reject(new Error('down')), { signal: caller.signal })
  call.catch(() => undefined)
  await clock.settle()
  caller.abort(new Error('gone'))
  await expect(call).rejects.toThrow('gone')
  expect(limit.snapshot()).toMatchObject({ available: 1 })
})

test('rate limit in a pipeline: its refusals open no breaker around it, those of one inside cost nothing', async () => {
  const clock = manualClock()
  const trip = { kind: 'consecutive', failures: 1 } as const
  const breaker = circuitBreaker({ name: 'around', trip }, { clock })
  const limit = rateLimit({ name: 'api', limit: 1 }, { clock })
  const around = pipeline([breaker, limit])
  await around.execute(ok)
  for (let i = 0; i < 5; i++) {
    await expect(around.execute(ok)).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED' })
  }
  expect(breaker.state).toBe('closed')
  const inside = circuitBreaker({ name: 'inside', trip }, { clock })
  inside.forceOpen()
  const wide = rateLimit({ name: 'wide', limit: 10 }, { clock })
  const open = pipeline([wide, inside])
  for (let i = 0; i < 50; i++) {
    await expect(open.execute(ok)).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
  }
  expect(wide.snapshot()).toMatchObject({ available: 10, refused: 0 })
})

test('rate limit in a pipeline: a call that need not wait makes no timer', async () => {
  const { line, clock } = setUp({ queue: 5 })
  const calls = Array.from({ length: 10 }, () => line.execute(ok))
  expect(clock.pending).toBe(0)
  await Promise.all(calls)
})

test('rate limit in a pipeline: the wall clock may jump, and a listener may throw', async () => {
  const { line, clock } = setUp({ limit: 1, queue: 1 })
  await line.execute(ok)
  const waiting = line.execute(ok)
  clock.jumpWall(-3_600_000)
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  const stop = refusalChannel.subscribe(() => {
    throw new Error('broken listener of a rate')
  })
  await expect(line.execute(ok)).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED', retryAfterMs: 2_000 })
  stop()
  expect((await warned).message).toBe('broken listener of a rate')
  await clock.advance(1_000)
  expect(await waiting).toBe('ok')
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
