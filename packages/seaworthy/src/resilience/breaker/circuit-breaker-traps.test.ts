import { expect, test, vi } from 'vitest'
import { breakerChannel, manualClock } from 'seaworthy/core'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { pipeline } from '../engine/pipeline.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import type { CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'

/** Errors that other breakers make, each by the name of the trap. */

function setUp(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = manualClock()
  const breaker = circuitBreaker({ name: 'weather', openFor: '10s', ...options }, { clock })
  const guarded = pipeline([breaker])
  /** A call whose work ends when it is told to. */
  const begin = (signal?: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const result = guarded.execute(() => promise, { signal })
    result.catch(() => {})
    return { result, succeed: () => resolve('fine'), fail: () => reject(new Error('down')) }
  }
  const open = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await guarded.execute(() => Promise.reject(new Error('down'))).catch(() => {})
    expect(breaker.state).toBe('open')
  }
  const halfOpen = async (): Promise<void> => {
    await open()
    await clock.advance(10_000)
    expect(breaker.state).toBe('half-open')
  }
  return { clock, breaker, guarded, begin, open, halfOpen }
}

test('trap: a late success from before it opened does not close it while half-open', async () => {
  const { clock, breaker, begin, halfOpen } = setUp()
  const late = begin()
  await halfOpen()
  late.succeed()
  await clock.settle()
  expect(breaker.state).toBe('half-open')
})

test('trap: a late failure from before it opened neither opens it again nor takes the place of a probe', async () => {
  const { clock, breaker, begin, halfOpen } = setUp({ probes: 3, closeAt: 0.9 })
  const late = begin()
  await halfOpen()
  const probes = [begin(), begin(), begin()]
  late.fail()
  await clock.settle()
  expect(breaker.tryAcquire()).toBeUndefined()
  for (const probe of probes) probe.succeed()
  await clock.settle()
  expect(breaker.state).toBe('closed')
})

test('trap: of many callers at the moment of half-open only the permitted probes go through', async () => {
  const { clock, breaker, halfOpen } = setUp({ probes: 2 })
  await halfOpen()
  let called = 0
  const guarded = pipeline([breaker])
  const results = Array.from({ length: 10 }, () => guarded.execute(async () => called++))
  const settled = await Promise.allSettled(results)
  expect(called).toBe(2)
  expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(8)
  await clock.settle()
  expect(breaker.state).toBe('closed')
})

test('trap: results of others do not give places of probes free', async () => {
  const { clock, breaker, begin, halfOpen } = setUp({ probes: 2, successes: 5 })
  const stale = [begin(), begin(), begin()]
  await halfOpen()
  const probes = [breaker.acquire(), breaker.acquire()]
  for (const call of stale) call.fail()
  await clock.settle()
  expect(breaker.tryAcquire()).toBeUndefined()
  probes[0]?.record('ok')
  expect(breaker.tryAcquire()).toBeDefined()
  expect(breaker.tryAcquire()).toBeUndefined()
})

test('trap: a probe that never ends does not keep it half-open for ever', async () => {
  const { clock, breaker, begin, guarded, halfOpen } = setUp()
  await halfOpen()
  begin()
  await clock.advance(10_000)
  expect(breaker.snapshot()).toMatchObject({ state: 'open', reason: 'deadline' })
  await clock.advance(10_000)
  await guarded.execute(async () => 'fine')
  expect(breaker.state).toBe('closed')
})

test('trap: nobody waits behind a probe; the rest is refused at once and told for how long', async () => {
  const { clock, begin, guarded, halfOpen } = setUp()
  await halfOpen()
  begin()
  await clock.advance(4_000)
  const refused = guarded.execute(async () => 1)
  await expect(refused).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 6_000 })
  expect(clock.pending).toBe(0)
})

test('trap: a cancelled probe neither closes nor opens it, and gives its place back', async () => {
  const { clock, breaker, begin, halfOpen } = setUp()
  await halfOpen()
  const controller = new AbortController()
  const probe = begin(controller.signal)
  controller.abort(new Error('user cancelled'))
  await expect(probe.result).rejects.toThrow('user cancelled')
  expect(breaker.state).toBe('half-open')
  expect(breaker.snapshot().counts.ignored).toBe(1)
  begin().succeed()
  await clock.settle()
  expect(breaker.state).toBe('closed')
})

test('trap: an outcome that is ignored does not close it while half-open, nor end a row of failures', async () => {
  const { breaker, halfOpen } = setUp()
  for (let i = 0; i < 4; i++) breaker.acquire().record('failed')
  breaker.acquire().record('ignored')
  breaker.acquire().record('failed')
  expect(breaker.state).toBe('open')
  breaker.reset()
  await halfOpen()
  breaker.acquire().record('ignored')
  expect(breaker.state).toBe('half-open')
})

test('trap: refusals of a bulkhead inside do not open it', async () => {
  const { clock, breaker } = setUp()
  const slots = bulkhead({ name: 'weather', concurrency: 1, queue: 0 }, { clock })
  const guarded = pipeline([breaker, slots])
  const { promise, resolve } = Promise.withResolvers<void>()
  const first = guarded.execute(() => promise)
  for (let i = 0; i < 10; i++) {
    await expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_BULKHEAD_FULL' })
  }
  resolve()
  await first
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', counts: { ok: 1, failed: 0, ignored: 10 } })
})

test('trap: a probe that another policy refuses gives its place back', async () => {
  const { clock, breaker, halfOpen } = setUp()
  const slots = bulkhead({ name: 'weather', concurrency: 1, queue: 0 }, { clock })
  const { promise, resolve } = Promise.withResolvers<void>()
  const holding = pipeline([slots]).execute(() => promise)
  await halfOpen()
  const guarded = pipeline([breaker, slots])
  await expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_BULKHEAD_FULL' })
  expect(breaker.state).toBe('half-open')
  resolve()
  await holding
  expect(await guarded.execute(async () => 1)).toBe(1)
  expect(breaker.state).toBe('closed')
})

test('trap: after an idle hour old failures do not open it', async () => {
  const { clock, breaker } = setUp({ trip: { kind: 'time', length: '60s', minimumCalls: 21 } })
  for (let i = 0; i < 20; i++) breaker.acquire().record('failed')
  await clock.advance(3_600_000)
  breaker.acquire().record('failed')
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', window: { calls: 1 } })
})

test('trap: a wall clock that goes back or ahead neither keeps it open nor opens it early', async () => {
  const { clock, breaker, open } = setUp()
  await open()
  clock.jumpWall(-3_600_000)
  await clock.advance(5_000)
  clock.jumpWall(7_200_000)
  expect(breaker.snapshot()).toMatchObject({ state: 'open', retryAfterMs: 5_000 })
  await clock.advance(5_000)
  expect(breaker.state).toBe('half-open')
})

test('trap: a listener that throws makes no success a failure, and no second call', async () => {
  const { clock, breaker, guarded, halfOpen } = setUp()
  await halfOpen()
  process.once('warning', () => {})
  using _ = breakerChannel.subscribe(() => {
    throw new Error('broken listener of a trap')
  })
  const work = vi.fn(async () => 'fine')
  expect(await guarded.execute(work)).toBe('fine')
  await clock.settle()
  expect(work).toHaveBeenCalledTimes(1)
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', counts: { ok: 1, failed: 5 } })
})

test('trap: a listener that uses the breaker sees its new state, and what it does there counts', () => {
  const { breaker } = setUp({ trip: { kind: 'consecutive', failures: 1 } })
  const seen: string[] = []
  using _ = breakerChannel.subscribe(({ to }) => {
    seen.push(`${to}: ${breaker.state}`)
    if (to === 'open') breaker.forceClosed()
  })
  breaker.acquire().record('failed')
  expect(seen).toEqual(['open: open', 'forced-closed: forced-closed'])
  expect(breaker.snapshot()).toMatchObject({ state: 'forced-closed', transitions: 2 })
})

test('trap: calls that hang are not overlooked until the first of them fails', async () => {
  const { clock, breaker, begin } = setUp({ hungAfter: '1s' })
  for (let i = 0; i < 10; i++) begin()
  await clock.advance(1_100)
  expect(breaker.state).toBe('open')
})

test('trap: a restored breaker counts its open time from when it opened, not from when it was restored', async () => {
  const { clock, breaker, open } = setUp()
  await open()
  const restore: unknown = JSON.parse(JSON.stringify(breaker))
  await clock.advance(9_000)
  const next = circuitBreaker({ name: 'weather', openFor: '10s', restore }, { clock })
  expect(next.snapshot()).toMatchObject({ state: 'open', retryAfterMs: 1_000 })
})

test('trap: retry around it does not try again at once what it refused', async () => {
  const { clock, breaker, open } = setUp()
  await open()
  const calledAt: number[] = []
  const guarded = pipeline([retry({ attempts: 3, baseDelay: 10 }, { clock }), breaker])
  const result = guarded.execute(async () => calledAt.push(clock.now()))
  await clock.advance(9_999)
  expect(calledAt).toEqual([])
  await clock.advance(1)
  await result
  expect(calledAt).toEqual([10_000])
  expect(breaker.snapshot().refused).toBe(1)
})

test('trap: work that gives undefined or null, or no promise, has succeeded', async () => {
  const { breaker, guarded } = setUp()
  expect(await guarded.execute(async () => undefined)).toBeUndefined()
  expect(await guarded.execute(async () => null)).toBeNull()
  expect(await guarded.execute((() => 7) as never)).toBe(7)
  expect(breaker.snapshot().counts).toMatchObject({ ok: 3, failed: 0 })
})

test('trap: work that throws at once counts once', async () => {
  const { breaker, guarded } = setUp()
  const throws = (): never => {
    throw new TypeError('broken')
  }
  await expect(guarded.execute(throws)).rejects.toThrow('broken')
  expect(breaker.snapshot().counts).toMatchObject({ ok: 0, failed: 1 })
})

test('trap: no breaker needs a timer, in whatever state', async () => {
  const { clock, begin, halfOpen } = setUp({ rampFor: '5s', hungAfter: '1s', slowCallAfter: '1s' })
  await halfOpen()
  begin().succeed()
  await clock.settle()
  begin()
  expect(clock.pending).toBe(0)
})

test('trap: waiting in a queue of ours until a timeout is no failure of the dependency', async () => {
  const { clock, breaker } = setUp({ trip: { kind: 'consecutive', failures: 1 } })
  const slots = bulkhead({ name: 'weather', concurrency: 1, queue: 5 }, { clock })
  const guarded = pipeline([timeout({ limit: '1s' }, { clock }), breaker, slots])
  const { promise, resolve } = Promise.withResolvers<void>()
  const holding = pipeline([slots]).execute(() => promise)
  const waiting = expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  await clock.advance(1_000)
  await waiting
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', counts: { failed: 0, ignored: 1 } })
  resolve()
  await holding
})
