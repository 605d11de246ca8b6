import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { pipeline } from '../engine/pipeline.ts'
import type { CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'

// The limit is 15 steps of 100 ms, so a call that began at 0 is found to hang at 1,600.
function setUp(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = manualClock()
  const breaker = circuitBreaker({ name: 'square', openFor: '10s', hungAfter: 1_500, ...options }, { clock })
  const acquire = (times: number) => Array.from({ length: times }, () => breaker.acquire())
  return { clock, breaker, acquire }
}

test('hungAfter: calls count as failed while they are still under way', async () => {
  const { clock, breaker, acquire } = setUp()
  acquire(4)
  await clock.advance(1_600)
  expect(breaker.snapshot()).toMatchObject({
    state: 'closed',
    hung: 4,
    counts: { failed: 4 },
    window: { failed: 4 },
  })
  acquire(1)
  await clock.advance(1_599)
  expect(breaker.state).toBe('closed')
  await clock.advance(1)
  expect(breaker.snapshot()).toMatchObject({ state: 'open', reason: 'failures', hung: 0 })
})

test('hungAfter: a flood of calls that never answer opens it before the first has failed', async () => {
  const trip = { kind: 'time', length: '60s', failureRate: 0.5, minimumCalls: 10 } as const
  const { clock, breaker } = setUp({ trip })
  let sent = 0
  for (let ms = 0; ms < 30_000; ms += 10) {
    for (let i = 0; i < 10; i++) if (breaker.tryAcquire() !== undefined) sent++
    await clock.advance(10)
  }
  // What came within the limit and a fifteenth, and a probe after each ten seconds.
  expect(sent).toBe(1_600 + 2)
  expect(breaker.snapshot().counts.failed).toBeGreaterThanOrEqual(100)
})

test('hungAfter: a call counts once, when it hangs and not when it ends', async () => {
  const { clock, breaker, acquire } = setUp()
  const [first, second] = acquire(2)
  await clock.advance(1_600)
  first?.record('ok')
  second?.record('failed')
  expect(breaker.snapshot()).toMatchObject({
    hung: 0,
    counts: { ok: 0, failed: 2 },
    window: { calls: 2, failed: 2 },
  })
  acquire(1)[0]?.record('ok')
  expect(breaker.snapshot()).toMatchObject({ counts: { ok: 1, failed: 2 }, window: { calls: 0 } })
})

test('hungAfter: calls that were found when it opened count once, too', async () => {
  const { clock, breaker, acquire } = setUp()
  const permits = acquire(20)
  await clock.advance(1_600)
  expect(breaker.state).toBe('open')
  expect(breaker.snapshot().window).toEqual({ calls: 0, failed: 0, slow: 0 })
  for (const permit of permits) permit.record('ok')
  expect(breaker.snapshot().counts).toEqual({ ok: 0, failed: 20, slow: 0, ignored: 0 })
})

test('hungAfter: calls under way when it opened for another reason count by their result', async () => {
  const { clock, breaker, acquire } = setUp()
  const underWay = acquire(3)
  for (const permit of acquire(5)) permit.record('failed')
  await clock.advance(5_000)
  for (const permit of underWay) permit.record('ok')
  expect(breaker.snapshot()).toMatchObject({ state: 'open', counts: { ok: 3, failed: 5 } })
})

test('hungMax: so many at once open it, however many succeed beside them', async () => {
  const { clock, breaker, acquire } = setUp({ hungMax: 3 })
  acquire(2)
  await clock.advance(1_600)
  acquire(1)[0]?.record('ok')
  const third = acquire(1)
  await clock.advance(1_600)
  expect(breaker.snapshot()).toMatchObject({ state: 'open', reason: 'hung' })
  third[0]?.record('ok')
  expect(breaker.state).toBe('open')
})

test('hungMax: those that have ended meanwhile do not count', async () => {
  const { clock, breaker, acquire } = setUp({ hungMax: 3 })
  const [first] = acquire(2)
  await clock.advance(1_600)
  first?.record('ok')
  acquire(1)
  await clock.advance(1_600)
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', hung: 2 })
})

test('hungAfter: is found when the next call comes, without a timer', async () => {
  const { clock, breaker } = setUp()
  const guarded = pipeline([breaker])
  for (let i = 0; i < 5; i++) void guarded.execute(() => new Promise(() => {}))
  expect(clock.pending).toBe(0)
  await clock.advance(1_600)
  await expect(guarded.execute(async () => 1)).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
})

test('hungAfter: a probe has until then, unless it has a deadline of its own', () => {
  expect(setUp().breaker.describe()).toMatchObject({ hungAfterMs: 1_500, probeDeadlineMs: 1_500 })
  const { breaker } = setUp({ probeDeadline: '3s', hungMax: 7 })
  expect(breaker.describe()).toMatchObject({ probeDeadlineMs: 3_000, hungMax: 7 })
})

test('slowCallAfter: with hungAfter a call may be slow before it hangs', async () => {
  const { clock, breaker, acquire } = setUp({ slowCallAfter: '1s' })
  const [slow] = acquire(1)
  await clock.advance(1_000)
  slow?.succeeded()
  expect(breaker.snapshot()).toMatchObject({ hung: 0, counts: { slow: 1, failed: 0 } })
})
