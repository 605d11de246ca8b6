import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { constant } from '../fallback/derived-fallback.ts'
import { fallback } from '../fallback/fallback.ts'
import { hedge } from '../hedge/hedge.ts'
import { rateLimit } from '../rate-limit/rate-limit.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import type { Work } from './call-context.ts'
import { limitMs, name, reason, settled, thenable } from './odd-work.fixture.ts'
import { pipeline } from './pipeline.ts'

/** The five policies, with what can be seen of them. */
function five(concurrency = 1) {
  const clock = manualClock()
  const breaker = circuitBreaker({ name, trip: { kind: 'time' } }, { clock })
  const slots = bulkhead({ name, concurrency }, { clock })
  const line = pipeline([
    fallback([constant('none', 'nothing')], {}, { clock }),
    retry({ attempts: 2, baseDelay: 10, maxDelay: 10 }, { clock }),
    breaker,
    slots,
    timeout({ limit: limitMs }, { clock }),
  ])
  return { clock, breaker, slots, line }
}

test('five policies: each counts odd work once, as what it was', async () => {
  const { clock, breaker, slots, line } = five()
  const twice = thenable((resolve) => [resolve('first'), resolve('second')])
  const works: readonly (readonly [unknown, object])[] = [
    [() => 5, { source: 'live', value: 5 }],
    // oxlint-disable-next-line unicorn/no-thenable
    [() => ({ then: twice }), { source: 'live', value: 'first' }],
    [
      () => {
        throw reason
      },
      { source: 'none', value: 'nothing' },
    ],
    [() => new Promise(() => {}), { source: 'none', value: 'nothing' }],
  ]
  for (const [work, answer] of works) {
    const outcome = await settled(clock, line.execute(work as Work<unknown>))
    expect(outcome).toMatchObject({ status: 'fulfilled', value: answer })
  }
  // Two attempts threw, one was ended by its timeout; its slot is taken still, so that the attempt after it was refused.
  expect(breaker.snapshot().counts).toEqual({ ok: 2, failed: 3, slow: 0, ignored: 1 })
  expect(slots.snapshot()).toMatchObject({ active: 1, abandoned: 1, refused: 1 })
})

test('five policies: work that settles after its timeout gives its slot back, and counts no further time', async () => {
  const { clock, breaker, slots, line } = five(2)
  const late: PromiseWithResolvers<string>[] = []
  const result = line.execute(() => {
    late.push(Promise.withResolvers())
    return late.at(-1)!.promise
  })
  expect(await settled(clock, result)).toMatchObject({ value: { source: 'none', value: 'nothing' } })
  expect(slots.snapshot()).toMatchObject({ active: 2, abandoned: 2 })
  const { counts } = breaker.snapshot()
  expect(counts).toMatchObject({ ok: 0, failed: 2 })
  late[0]?.resolve('too late')
  late[1]?.reject(new Error('too late'))
  await clock.settle()
  expect(slots.snapshot()).toMatchObject({ active: 0, abandoned: 0 })
  expect(breaker.snapshot().counts).toEqual(counts)
})

test('five policies: in the outcome form odd work is told, not thrown', async () => {
  const clock = manualClock()
  const line = pipeline([circuitBreaker({ name }, { clock }), timeout({ limit: limitMs }, { clock })])
  const outcomeOf = (work: unknown) => settled(clock, line.outcome(work as Work<unknown>))
  const fail = (): never => {
    throw reason
  }
  expect(await outcomeOf(() => 5)).toMatchObject({ value: { ok: true, value: 5 } })
  expect(await outcomeOf(fail)).toMatchObject({ value: { ok: false, error: reason } })
  expect(await outcomeOf(() => new Promise(() => {}))).toMatchObject({
    value: { ok: false, error: { code: 'ERR_TIMEOUT' } },
  })
})

test('bulkhead: work that calls through its own bulkhead is refused when it holds the last slot itself', async () => {
  const clock = manualClock()
  const slots = bulkhead({ name, concurrency: 1 }, { clock })
  const line = pipeline([slots])
  const outcome = await settled(
    clock,
    line.execute(() => line.execute(async () => 'inner')),
  )
  expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ERR_BULKHEAD_FULL' } })
  expect(slots.snapshot()).toMatchObject({ active: 0, refused: 1 })
})

test('bulkhead: work that waits for a slot of its own bulkhead waits no longer than configured', async () => {
  const clock = manualClock()
  const slots = bulkhead({ name, concurrency: 1, queue: 1, queueWaitMax: 50 }, { clock })
  const line = pipeline([slots])
  const outcome = await settled(
    clock,
    line.execute(() => line.execute(async () => 'inner')),
  )
  expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ERR_QUEUE_TIMEOUT' } })
  expect(slots.snapshot()).toMatchObject({ active: 0, waiting: 0 })
})

test('circuitBreaker: a probe that calls through its own breaker is no second probe', async () => {
  const clock = manualClock()
  const breaker = circuitBreaker(
    { name, trip: { kind: 'consecutive', failures: 1 }, openFor: '1s' },
    { clock },
  )
  const line = pipeline([breaker])
  await settled(
    clock,
    line.execute(() => Promise.reject(reason)),
  )
  expect(breaker.state).toBe('half-open')
  const inner: unknown[] = []
  const probe = async (): Promise<string> => {
    inner.push(await line.outcome(async () => 'inner'))
    return 'probe'
  }
  expect(await settled(clock, line.execute(probe))).toMatchObject({ value: 'probe' })
  expect(inner).toMatchObject([{ ok: false, error: { code: 'ERR_CIRCUIT_OPEN' } }])
  expect(breaker.state).toBe('closed')
})

test('retry: work that calls through its own retry is tried as often as both say', async () => {
  const clock = manualClock()
  const line = pipeline([retry({ attempts: 2, baseDelay: 10, maxDelay: 10 }, { clock })])
  let started = 0
  const failing = (): never => {
    started++
    throw reason
  }
  const outcome = await settled(
    clock,
    line.execute(() => line.execute(failing)),
  )
  expect([outcome, started]).toEqual([{ status: 'rejected', reason }, 4])
})

test('rateLimit: work that calls through its own limit pays again', async () => {
  const clock = manualClock()
  const line = pipeline([rateLimit({ name, limit: 1, interval: '1m' }, { clock })])
  const outcome = await settled(
    clock,
    line.execute(() => line.execute(async () => 'inner')),
  )
  expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ERR_RATE_EXCEEDED' } })
})

test('timeout: an outer call through the same timeout ends what it has begun inside', async () => {
  const clock = manualClock()
  const line = pipeline([timeout({ limit: limitMs }, { clock })])
  const signals: AbortSignal[] = []
  const outer: Work<unknown> = async ({ signal }) => {
    signals.push(signal)
    return await line.execute(
      (context) => {
        signals.push(context.signal)
        return new Promise(() => {})
      },
      { signal },
    )
  }
  const outcome = await settled(clock, line.execute(outer))
  expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ERR_TIMEOUT' } })
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  expect(clock.pending).toBe(0)
})

test('hedge: attempts that throw at once, or answer with a plain value, end the race like promises', async () => {
  const clock = manualClock()
  const line = pipeline([hedge({ delay: 100 }, { clock })])
  const attempts: number[] = []
  const late = ({ attempt }: { readonly attempt: number }): unknown => {
    attempts.push(attempt)
    return attempt === 1 ? new Promise(() => {}) : 'second'
  }
  expect(await settled(clock, line.execute(late as Work<unknown>))).toMatchObject({ value: 'second' })
  const throwing: Work<unknown> = ({ attempt }) => {
    attempts.push(attempt)
    if (attempt === 1) return new Promise((_, reject) => clock.schedule(200, () => reject(reason)))
    throw new Error('second')
  }
  expect(await settled(clock, line.execute(throwing))).toEqual({ status: 'rejected', reason })
  expect(attempts).toEqual([1, 2, 1, 2])
})
