import { expect, test } from 'vitest'
import { manualClock, type Outcome } from 'seaworthy/core'
import type { CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'

function setUp(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = manualClock()
  const breaker = circuitBreaker({ name: 'square', openFor: '10s', ...options }, { clock })
  const record = (...outcomes: readonly Outcome[]): void => {
    for (const outcome of outcomes) breaker.acquire().record(outcome)
  }
  return { clock, breaker, record }
}

test('reconfigure: keeps the window, and the other options', () => {
  const { breaker, record } = setUp({ slowCallAfter: '1s' })
  record('failed', 'failed', 'slow')
  breaker.reconfigure({ trip: { kind: 'consecutive', failures: 4 } })
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', window: { failed: 2, slow: 1 } })
  expect(breaker.describe()).toMatchObject({
    trip: { failures: 4 },
    slowCallAfterMs: 1_000,
    openForMs: 10_000,
  })
  record('failed')
  expect(breaker.state).toBe('open')
})

test('reconfigure: a window that becomes smaller keeps the newest calls, one of another kind none', () => {
  const { breaker, record } = setUp({ trip: { kind: 'count', size: 10, minimumCalls: 8 } })
  record('failed', 'failed', 'ok', 'slow', 'ok')
  breaker.reconfigure({ trip: { kind: 'count', size: 3, minimumCalls: 3 } })
  expect(breaker.snapshot().window).toEqual({ calls: 3, failed: 0, slow: 1 })
  breaker.reconfigure({ trip: { kind: 'time' } })
  expect(breaker.snapshot()).toMatchObject({ window: { calls: 0 }, counts: { ok: 2, failed: 2, slow: 1 } })
})

test('reconfigure: calls in a window of time stay in their time', async () => {
  const { clock, breaker, record } = setUp({ trip: { kind: 'time', length: '10s', minimumCalls: 100 } })
  record('failed')
  await clock.advance(5_000)
  record('ok')
  breaker.reconfigure({ trip: { kind: 'time', length: '8s', minimumCalls: 100 } })
  await clock.advance(2_000)
  expect(breaker.snapshot().window.calls).toBe(2)
  await clock.advance(1_500)
  expect(breaker.snapshot().window).toEqual({ calls: 1, failed: 0, slow: 0 })
})

test('reconfigure: calls under way go on, and are judged by the new options', async () => {
  const { clock, breaker } = setUp()
  const [plain, other] = [breaker.acquire(), breaker.acquire()]
  breaker.reconfigure({ classify: () => 'ignored', slowCallAfter: '1s' })
  plain.failed(new Error('down'))
  const timed = breaker.acquire()
  await clock.advance(1_000)
  timed.succeeded()
  other.succeeded()
  expect(breaker.snapshot().counts).toEqual({ ok: 1, failed: 0, slow: 1, ignored: 1 })
})

test('reconfigure: another hungAfter watches the calls that begin from then on', async () => {
  const { clock, breaker } = setUp({ hungAfter: 1_500 })
  const before = breaker.acquire()
  breaker.reconfigure({ hungAfter: 150 })
  breaker.acquire()
  await clock.advance(1_600)
  expect(breaker.snapshot()).toMatchObject({ hung: 1, counts: { failed: 1 } })
  before.record('ok')
  expect(breaker.snapshot()).toMatchObject({ hung: 1, counts: { ok: 1, failed: 1 } })
  breaker.reconfigure({ probes: 2 })
  expect(breaker.snapshot().hung).toBe(1)
  breaker.reconfigure({ hungAfter: undefined })
  expect(breaker.snapshot().hung).toBe(0)
})

test('reconfigure: an open breaker opens earlier by new options, never later', async () => {
  const { clock, breaker, record } = setUp({ trip: { kind: 'consecutive', failures: 1 } })
  record('failed')
  breaker.reconfigure({ openFor: '30s' })
  expect(breaker.snapshot().retryAfterMs).toBe(10_000)
  breaker.reconfigure({ openFor: '4s' })
  expect(breaker.snapshot().retryAfterMs).toBe(4_000)
  await clock.advance(1_000)
  breaker.reconfigure({ openFor: '1s' })
  expect(breaker.state).toBe('half-open')
  record('failed')
  expect(breaker.snapshot().retryAfterMs).toBe(1_000)
})

test('reconfigure: probes that have succeeded count on', async () => {
  const { clock, breaker, record } = setUp({ trip: { kind: 'consecutive', failures: 1 }, successes: 5 })
  record('failed')
  await clock.advance(10_000)
  record('ok', 'ok')
  breaker.reconfigure({ successes: 3 })
  expect(breaker.state).toBe('half-open')
  record('ok')
  expect(breaker.state).toBe('closed')
})

test('reconfigure: a wrong option changes nothing', () => {
  const { breaker } = setUp()
  const before = breaker.describe()
  expect(() => breaker.reconfigure({ openFor: '5s', probes: 0 })).toThrow(
    'Cannot configure circuit breaker "square": "probes" must be a whole number from 1 to 100, received 0',
  )
  expect(() => breaker.reconfigure({ name: 'other' } as never)).toThrow('"name" must be one of')
  expect(breaker.describe()).toEqual(before)
})

test('reconfigure: an option that is taken back is the default again', () => {
  const { breaker } = setUp({ openFor: '5s' })
  breaker.reconfigure({ openFor: undefined })
  expect(breaker.describe()).toMatchObject({ openForMs: 60_000 })
})

test('reconfigure: calls that hang by the old options are found before the new ones count', async () => {
  const { clock, breaker } = setUp({ hungAfter: 1_500 })
  for (let i = 0; i < 5; i++) breaker.acquire()
  await clock.advance(1_600)
  breaker.reconfigure({ hungAfter: '1m' })
  expect(breaker.state).toBe('open')
})
