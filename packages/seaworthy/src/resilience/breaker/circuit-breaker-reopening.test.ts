import { expect, test } from 'vitest'
import { manualClock, type Outcome } from 'seaworthy/core'
import type { CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'

/** A breaker that opens at the first failure, and whose chances are given. */
function setUp(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = manualClock()
  const chances: number[] = []
  const random = {
    next: () => {
      const chance = chances.shift()
      if (chance === undefined) throw new Error('no chance is asked for')
      return chance
    },
  }
  const trip = { kind: 'consecutive', failures: 1 } as const
  const breaker = circuitBreaker({ name: 'square', openFor: '10s', trip, ...options }, { clock, random })
  const record = (...outcomes: readonly Outcome[]): void => {
    for (const outcome of outcomes) breaker.acquire().record(outcome)
  }
  const openTimeMs = (): number => breaker.snapshot().retryAfterMs
  return { clock, breaker, chances, record, openTimeMs }
}

test('closeAt: closes when enough probes succeeded at the asked share, opens as soon as they no longer can', async () => {
  const { clock, breaker, record } = setUp({ successes: 3, closeAt: 0.6 })
  record('failed')
  await clock.advance(10_000)
  record('failed', 'ok', 'failed', 'ok')
  expect(breaker.state).toBe('half-open')
  record('ok')
  expect(breaker.state).toBe('closed')
  record('failed')
  await clock.advance(10_000)
  record('ok', 'ok', 'failed', 'failed')
  expect(breaker.state).toBe('half-open')
  record('failed')
  expect(breaker.snapshot()).toMatchObject({ state: 'open', reason: 'probe' })
})

test('closeAt: a share that is a whole number of probes is not lost to rounding', async () => {
  const { clock, breaker, record } = setUp({ successes: 57, closeAt: 0.57 })
  record('failed')
  await clock.advance(10_000)
  record(...Array<Outcome>(43).fill('failed'))
  expect(breaker.state).toBe('half-open')
  record('failed')
  expect(breaker.state).toBe('open')
})

test('closeAt: a probe that takes too long is one that failed, and gives its place to another', async () => {
  const { clock, breaker, record } = setUp({ closeAt: 0.5, probeDeadline: '2s' })
  record('failed')
  await clock.advance(10_000)
  const lost = breaker.acquire()
  await clock.advance(2_000)
  const next = breaker.acquire()
  lost.record('ok')
  expect(breaker.state).toBe('half-open')
  await clock.advance(1_999)
  next.record('failed')
  expect(breaker.snapshot()).toMatchObject({ state: 'open', retryAfterMs: 10_000 })
})

test('openForFactor: grows while probes fail, up to the maximum', async () => {
  const { clock, record, openTimeMs } = setUp({ openForFactor: 3, openForMax: '1m' })
  record('failed')
  for (const ms of [10_000, 30_000, 60_000, 60_000]) {
    expect(openTimeMs()).toBe(ms)
    await clock.advance(ms)
    record('failed')
  }
})

test('openForFactor: goes on growing when it opens again soon after closing, and is forgotten after a good while', async () => {
  const { clock, breaker, record, openTimeMs } = setUp({ openForFactor: 2, forgetAfter: '5s' })
  record('failed')
  await clock.advance(10_000)
  record('ok')
  await clock.advance(4_999)
  record('failed')
  expect(openTimeMs()).toBe(20_000)
  await clock.advance(20_000)
  record('ok')
  await clock.advance(5_000)
  record('failed')
  expect(openTimeMs()).toBe(10_000)
  breaker.reset()
  record('failed')
  expect(openTimeMs()).toBe(10_000)
})

test('openForFactor: ends at ten times openFor, and is forgotten after as long, unless told otherwise', () => {
  const { breaker } = setUp({ openForFactor: 2 })
  expect(breaker.describe()).toMatchObject({
    openForFactor: 2,
    openForMaxMs: 100_000,
    forgetAfterMs: 100_000,
  })
})

test('openForJitter: makes each open time longer by chance', async () => {
  const { clock, chances, record, openTimeMs } = setUp({ openForJitter: 0.5 })
  chances.push(0.5)
  record('failed')
  expect(openTimeMs()).toBe(12_500)
  await clock.advance(12_500)
  chances.push(0)
  record('failed')
  expect(openTimeMs()).toBe(10_000)
})

test('rampFor: lets a growing share in after probes closed it, and tells the others when to come back', async () => {
  const { clock, breaker, chances, record } = setUp({ rampFor: '10s', rampFrom: 0.2 })
  record('failed')
  await clock.advance(10_000)
  record('ok')
  chances.push(0.19, 0.6)
  record('ok')
  expect(() => breaker.acquire()).toThrow(
    expect.objectContaining({
      code: 'ERR_CIRCUIT_OPEN',
      retryAfterMs: 5_000,
      message:
        'Cannot call "square": its circuit must be closed for longer, has just closed; try again in 5s',
    }),
  )
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', refused: 1 })
  await clock.advance(5_000)
  chances.push(0.59)
  record('ok')
  await clock.advance(4_999)
  chances.push(0.99999)
  expect(breaker.tryAcquire()).toBeUndefined()
  await clock.advance(1)
  record('ok', 'ok')
})

test('rampFor: a failure on the ramp opens like any other', async () => {
  const { clock, breaker, chances, record } = setUp({ rampFor: '10s' })
  record('failed')
  await clock.advance(10_000)
  record('ok')
  chances.push(0)
  record('failed')
  expect(breaker.state).toBe('open')
})

test('rampFor: there is none after an operator closed it', () => {
  const { breaker, record } = setUp({ rampFor: '10s' })
  record('failed')
  breaker.reset()
  record('ok')
  expect(breaker.describe()).toMatchObject({ rampForMs: 10_000, rampFrom: 0.1 })
})

test('circuitBreaker: refuses combinations of options that mean nothing', () => {
  expect(() => setUp({ openForMax: '5s' })).toThrow(
    'Cannot configure circuit breaker "square": "openForMax" must be at least "openFor", 10s, received 5s',
  )
  expect(() => setUp({ openForMax: '5s' })).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_OPTION',
      details: { target: 'circuit breaker "square"', key: 'openForMax' },
    }),
  )
  expect(() => setUp({ openForMax: '10s' })).not.toThrow()
  expect(() => setUp({ hungMax: 3 })).toThrow('"hungMax" must stand beside "hungAfter", received 3')
  expect(() => setUp({ rampFrom: 0.5 })).toThrow('"rampFrom" must stand beside "rampFor", received 0.5')
  expect(() => setUp({ closeAt: 0 })).toThrow('"closeAt" must be a number from 0.001 to 1, received 0')
  expect(() => setUp({ openForFactor: 0.5 })).toThrow('"openForFactor"')
  expect(() => setUp({ openForJitter: Number.NaN })).toThrow('"openForJitter"')
  expect(() => setUp({ mode: 'off' as never })).toThrow(
    '"mode" must be one of "enforcing", "observing", "disabled"',
  )
  expect(() => setUp({ windows: 3 } as never)).toThrow('"windows" must be one of trip,')
  expect(() => setUp({ name: '' })).toThrow('"name" must be text of 1 to 200 characters')
})

test('openForFactor: is not forgotten while nobody tries', async () => {
  const { clock, record, openTimeMs } = setUp({ openForFactor: 2, forgetAfter: '5s' })
  record('failed')
  await clock.advance(60_000)
  record('failed')
  expect(openTimeMs()).toBe(20_000)
})

test('probeDeadline: a result after it comes too late, also when nobody has looked', async () => {
  const { clock, breaker, record } = setUp({ probeDeadline: '2s' })
  record('failed')
  await clock.advance(10_000)
  const late = breaker.acquire()
  await clock.advance(2_000)
  late.record('ok')
  expect(breaker.snapshot()).toMatchObject({ state: 'open', reason: 'deadline' })
})

test('circuitBreaker: describes what was asked for beyond the usual', () => {
  const { breaker } = setUp({ openForJitter: 0.2, closeAt: 0.5, mode: 'observing', successes: 2 })
  expect(breaker.describe()).toEqual({
    kind: 'circuit-breaker',
    name: 'square',
    trip: { kind: 'consecutive', failures: 1 },
    openForMs: 10_000,
    openForJitter: 0.2,
    probes: 1,
    probeDeadlineMs: 10_000,
    successes: 2,
    closeAt: 0.5,
    mode: 'observing',
  })
})

test('circuitBreaker: a good call that reaches the minimum opens it by the failures before', () => {
  const { breaker, record } = setUp({ trip: { kind: 'count', size: 10, minimumCalls: 3 } })
  record('failed', 'failed')
  breaker.acquire().succeeded()
  expect(breaker.snapshot()).toMatchObject({ state: 'open', reason: 'failures' })
})

test('circuitBreaker: each state has a number of its own, and it grows', async () => {
  const { clock, breaker, record } = setUp({ successes: 2 })
  const generation = (): number => breaker.acquire().generation
  expect(generation()).toBe(0)
  record('failed')
  await clock.advance(10_000)
  expect(generation()).toBe(2)
  breaker.forceClosed()
  expect(generation()).toBe(3)
})
