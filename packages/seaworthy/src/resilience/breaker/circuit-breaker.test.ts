import { expect, test } from 'vitest'
import {
  breakerChannel,
  manualClock,
  refusalChannel,
  type BreakerMessage,
  type RefusalMessage,
} from 'seaworthy/core'
import { callContext } from '../engine/caller-scope.ts'
import type { CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import type { CircuitBreaker } from './circuit-breaker-handle.ts'
import { pipeline } from '../engine/pipeline.ts'
import { createRegistry } from '../registry/registry.ts'
import { resilienceError } from '../resilience-errors.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'

function setUp(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = manualClock()
  const breaker = circuitBreaker({ name: 'weather', openFor: '10s', ...options }, { clock })
  return { clock, breaker }
}

function listen() {
  const messages: BreakerMessage[] = []
  const stop = breakerChannel.subscribe((message) => messages.push(message))
  const steps = () => messages.map(({ from, to, reason }) => `${from} > ${to}: ${reason}`)
  return { steps, [Symbol.dispose]: stop }
}

async function fail(breaker: CircuitBreaker, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await breaker.execute(() => Promise.reject(new Error('down')), callContext()).catch(() => {})
  }
}

test('circuitBreaker: five failures in a row open it, and then nothing is called', async () => {
  const { breaker } = setUp()
  await fail(breaker, 4)
  await breaker.execute(async () => 'fine', callContext())
  await fail(breaker, 4)
  expect(breaker.state).toBe('closed')
  await fail(breaker, 1)
  expect(breaker.state).toBe('open')
  let calls = 0
  await expect(breaker.execute(async () => calls++, callContext())).rejects.toMatchObject({
    code: 'ERR_CIRCUIT_OPEN',
    status: 503,
    retryAfterMs: 10_000,
    message: 'Cannot call "weather": its circuit must be closed, is open; try again in 10s',
  })
  expect(calls).toBe(0)
})

test('circuitBreaker: goes through open and half-open to closed, and publishes each step', async () => {
  using heard = listen()
  const { clock, breaker } = setUp()
  await fail(breaker, 5)
  await clock.advance(9_999)
  expect(breaker.state).toBe('open')
  await clock.advance(1)
  expect(breaker.state).toBe('half-open')
  await breaker.execute(async () => 'fine', callContext())
  expect(breaker.state).toBe('closed')
  expect(heard.steps()).toEqual([
    'closed > open: failures',
    'open > half-open: time',
    'half-open > closed: probe',
  ])
})

test('circuitBreaker: a failed probe opens it for the whole time again', async () => {
  const { clock, breaker } = setUp()
  await fail(breaker, 5)
  await clock.advance(15_000)
  await fail(breaker, 1)
  expect(breaker.snapshot()).toMatchObject({ state: 'open', reason: 'probe', retryAfterMs: 10_000 })
})

test('circuitBreaker: half-open lets a fixed number of probes in and refuses the rest at once', async () => {
  const { clock, breaker } = setUp({ probes: 2, probeDeadline: '3s' })
  await fail(breaker, 5)
  await clock.advance(10_000)
  const probes = [breaker.acquire(), breaker.acquire()]
  expect(() => breaker.acquire()).toThrow('is half-open; try again in 3s')
  probes[0]?.record('ok')
  expect(breaker.state).toBe('half-open')
  probes[1]?.record('ok')
  expect(breaker.state).toBe('closed')
})

test('circuitBreaker: closes after the asked number of good probes', async () => {
  const { clock, breaker } = setUp({ successes: 3 })
  await fail(breaker, 5)
  await clock.advance(10_000)
  for (const state of ['half-open', 'half-open', 'closed']) {
    breaker.acquire().record('ok')
    expect(breaker.state).toBe(state)
  }
})

test('circuitBreaker: a probe that never ends counts as failed at its deadline', async () => {
  using heard = listen()
  const { clock, breaker } = setUp({ probeDeadline: '2s' })
  await fail(breaker, 5)
  await clock.advance(10_000)
  const lost = breaker.acquire()
  await clock.advance(1_999)
  expect(breaker.state).toBe('half-open')
  await clock.advance(1)
  expect(breaker.snapshot()).toMatchObject({ state: 'open', reason: 'deadline', retryAfterMs: 10_000 })
  lost.record('ok')
  expect(breaker.state).toBe('open')
  await clock.advance(60_000)
  expect(breaker.state).toBe('half-open')
  expect(heard.steps().slice(-3)).toEqual([
    'open > half-open: time',
    'half-open > open: deadline',
    'open > half-open: time',
  ])
})

test('circuitBreaker: what time alone brings happened when it was due, also if nobody looked', async () => {
  const { clock, breaker } = setUp({ probeDeadline: '2s' })
  const start = clock.wallTime()
  await fail(breaker, 5)
  await clock.advance(10_000)
  breaker.acquire()
  await clock.advance(12_000)
  expect(breaker.snapshot()).toMatchObject({
    state: 'half-open',
    since: start + 22_000,
    openedAt: start + 12_000,
  })
})

test('circuitBreaker: a result from an older state changes nothing', async () => {
  const { clock, breaker } = setUp()
  const late = [breaker.acquire(), breaker.acquire()]
  await fail(breaker, 5)
  late[0]?.record('ok')
  expect(breaker.state).toBe('open')
  await clock.advance(10_000)
  expect(breaker.state).toBe('half-open')
  late[1]?.record('failed')
  expect(breaker.state).toBe('half-open')
})

test('circuitBreaker: an old result is not taken for that of a probe which started in the same millisecond', async () => {
  const { breaker } = setUp()
  const late = breaker.acquire()
  await fail(breaker, 5)
  breaker.recover()
  const probe = breaker.acquire()
  expect(probe.startedAt).toBe(late.startedAt)
  late.record('ok')
  expect(breaker.state).toBe('half-open')
  probe.record('ok')
  expect(breaker.state).toBe('closed')
})

test('circuitBreaker: late failures of an earlier closed state do not count in the next', async () => {
  const { clock, breaker } = setUp()
  const late = Array.from({ length: 5 }, () => breaker.acquire())
  await fail(breaker, 5)
  await clock.advance(10_000)
  breaker.acquire().record('ok')
  for (const permit of late) permit.record('failed')
  expect(breaker.state).toBe('closed')
  expect(breaker.snapshot().window.calls).toBe(0)
})

test('circuitBreaker: a permit counts once', async () => {
  const { breaker } = setUp({ trip: { kind: 'consecutive', failures: 2 } })
  const permit = breaker.acquire()
  permit.record('failed')
  permit.record('failed')
  permit.release()
  expect(breaker.state).toBe('closed')
  expect(breaker.snapshot().counts).toEqual({ ok: 0, failed: 1, slow: 0, ignored: 0 })
})

test('circuitBreaker: a permit that is dropped gives its probe back', async () => {
  const { clock, breaker } = setUp()
  await fail(breaker, 5)
  await clock.advance(10_000)
  {
    using _ = breaker.acquire()
  }
  breaker.acquire().release()
  expect(breaker.state).toBe('half-open')
  breaker.acquire().record('ok')
  expect(breaker.state).toBe('closed')
})

test('circuitBreaker: a probe that its caller aborts gives its place back and decides nothing', async () => {
  const { clock, breaker } = setUp()
  await fail(breaker, 5)
  await clock.advance(10_000)
  const controller = new AbortController()
  const aborted = expect(
    breaker.execute(() => new Promise(() => {}), callContext(controller.signal)),
  ).rejects.toThrow('aborted')
  expect(() => breaker.acquire()).toThrow('half-open')
  controller.abort()
  await aborted
  expect(breaker.state).toBe('half-open')
  await breaker.execute(async () => 'fine', callContext())
  expect(breaker.state).toBe('closed')
})

test('circuitBreaker: refusals of our own policies move nothing', async () => {
  const { breaker } = setUp({ trip: { kind: 'consecutive', failures: 1 } })
  for (const code of ['ERR_BULKHEAD_FULL', 'ERR_QUEUE_TIMEOUT', 'ERR_CIRCUIT_OPEN'] as const) {
    const refusal = resilienceError(code, 'refused')
    await expect(breaker.execute(() => Promise.reject(refusal), callContext())).rejects.toBe(refusal)
  }
  expect(breaker.state).toBe('closed')
  expect(breaker.snapshot().counts.ignored).toBe(3)
})

test('circuitBreaker: a timeout around it counts as a failure, although the work ignores its signal', async () => {
  const { clock, breaker } = setUp({ trip: { kind: 'consecutive', failures: 1 } })
  const guarded = pipeline([timeout({ limit: '1s' }, { clock }), breaker])
  const outcome = expect(guarded.execute(() => new Promise(() => {}))).rejects.toMatchObject({
    code: 'ERR_TIMEOUT',
  })
  await clock.advance(1_000)
  await outcome
  expect(breaker.state).toBe('open')
})

test('circuitBreaker: an own classify decides, and one that throws counts as a failure', async () => {
  const ignoring = setUp({ trip: { kind: 'consecutive', failures: 1 }, classify: () => 'ignored' })
  await fail(ignoring.breaker, 1)
  expect(ignoring.breaker.state).toBe('closed')

  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  const throwing = setUp({
    trip: { kind: 'consecutive', failures: 1 },
    classify: () => {
      throw new TypeError('broken classify')
    },
  })
  await fail(throwing.breaker, 1)
  expect(throwing.breaker.state).toBe('open')
  expect((await warned).message).toBe('broken classify')
})

test('circuitBreaker: calls slower than the limit open it by their rate', async () => {
  const { clock, breaker } = setUp({
    slowCallAfter: '1s',
    trip: { kind: 'count', size: 10, minimumCalls: 2, slowRate: 0.5 },
  })
  const call = async (ms: number): Promise<void> => {
    const done = Promise.withResolvers<void>()
    const result = breaker.execute(() => done.promise, callContext())
    await clock.advance(ms)
    done.resolve()
    await result
  }
  await call(999)
  expect(breaker.snapshot().counts).toMatchObject({ ok: 1, slow: 0 })
  await call(1_000)
  expect(breaker.snapshot().counts).toMatchObject({ ok: 1, slow: 1 })
  expect(breaker.state).toBe('open')
})

test('circuitBreaker: a slow probe opens it again', async () => {
  const { clock, breaker } = setUp()
  await fail(breaker, 5)
  await clock.advance(10_000)
  breaker.acquire().record('slow')
  expect(breaker.state).toBe('open')
})

test('circuitBreaker: a time window trips by its rate and forgets what is too old', async () => {
  const { clock, breaker } = setUp({ trip: { kind: 'time', length: '10s', buckets: 10, minimumCalls: 4 } })
  await fail(breaker, 3)
  await clock.advance(20_000)
  await fail(breaker, 3)
  expect(breaker.state).toBe('closed')
  await fail(breaker, 1)
  expect(breaker.state).toBe('open')
})

test('circuitBreaker: retry around it obeys the time that a refusal carries', async () => {
  const { clock, breaker } = setUp()
  await fail(breaker, 5)
  await clock.advance(4_000)
  const calledAt: number[] = []
  const guarded = pipeline([retry({ attempts: 2, baseDelay: 10 }, { clock }), breaker])
  const result = guarded.execute(async () => calledAt.push(clock.now()))
  await clock.advance(6_000)
  await result
  expect(calledAt).toEqual([10_000])
})

test('circuitBreaker: publishes each refusal and counts it', async () => {
  const messages: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => messages.push(message))
  const { breaker } = setUp()
  await fail(breaker, 7)
  expect(messages).toEqual(Array(2).fill({ name: 'weather', reason: 'circuit-open', retryAfterMs: 10_000 }))
  expect(breaker.snapshot()).toMatchObject({ refused: 2, transitions: 1 })
})

test('circuitBreaker: a listener that throws changes nothing', async () => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  using _ = breakerChannel.subscribe(() => {
    throw new Error('broken listener of a breaker')
  })
  const { breaker } = setUp()
  await fail(breaker, 5)
  expect(breaker.snapshot()).toMatchObject({ state: 'open', transitions: 1, counts: { failed: 5 } })
  expect((await warned).message).toBe('broken listener of a breaker')
})

test('circuitBreaker: a call that was aborted before takes no permit', async () => {
  const { breaker } = setUp()
  const aborted = callContext(AbortSignal.abort(new Error('before')))
  await expect(breaker.execute(async () => 1, aborted)).rejects.toThrow('before')
  expect(breaker.snapshot().counts.ignored).toBe(0)
})

test('circuitBreaker: is found in the registry and describes itself', () => {
  const registry = createRegistry()
  const clock = manualClock()
  const trip = { kind: 'time', length: '5s' } as const
  const breaker = circuitBreaker({ name: 'a', trip, slowCallAfter: '1s' }, { clock }, registry)
  expect(registry.breakers.get('a')).toBe(breaker)
  expect(breaker.describe()).toEqual({
    kind: 'circuit-breaker',
    name: 'a',
    trip: { kind: 'time', lengthMs: 5_000, buckets: 10, failureRate: 0.5, slowRate: 1, minimumCalls: 10 },
    openForMs: 60_000,
    probes: 1,
    probeDeadlineMs: 60_000,
    successes: 1,
    slowCallAfterMs: 1_000,
  })
})

test('circuitBreaker: a small count window can trip, and one that never could is refused', async () => {
  const { breaker } = setUp({ trip: { kind: 'count', size: 4 } })
  await fail(breaker, 4)
  expect(breaker.state).toBe('open')
  expect(() => setUp({ trip: { kind: 'count', size: 4, minimumCalls: 5 } })).toThrow(
    '"minimumCalls" must be at most the size of the window, 4, received 5',
  )
})

test('circuitBreaker: refuses wrong options', () => {
  expect(() => setUp({ probes: 0 })).toThrow('Cannot configure circuit breaker "weather": "probes"')
  expect(() => setUp({ trip: { kind: 'consecutive', failures: 0 } })).toThrow(
    'circuit breaker trip "weather"',
  )
  expect(() => setUp({ trip: { kind: 'count', failureRate: 0 } })).toThrow('"failureRate"')
  expect(() => setUp({ trip: 3 as never })).toThrow('"trip" must be an object')
  expect(() => setUp({ trip: { kind: 'other' } as never })).toThrow('"kind" must be one of "consecutive"')
})
