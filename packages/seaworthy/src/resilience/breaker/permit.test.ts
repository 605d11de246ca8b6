import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import type { CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'

function setUp(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = manualClock()
  const trip = { kind: 'consecutive', failures: 2 } as const
  return { clock, breaker: circuitBreaker({ name: 'square', openFor: '10s', trip, ...options }, { clock }) }
}

test('tryAcquire: gives no permit where acquire throws', async () => {
  const { clock, breaker } = setUp()
  for (let i = 0; i < 2; i++) breaker.tryAcquire()?.record('failed')
  expect(breaker.tryAcquire()).toBeUndefined()
  expect(() => breaker.acquire()).toThrow(
    expect.objectContaining({ code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 10_000 }),
  )
  expect(breaker.snapshot().refused).toBe(2)
  await clock.advance(10_000)
  {
    using permit = breaker.tryAcquire()
    expect(permit).toBeDefined()
    expect(breaker.tryAcquire()).toBeUndefined()
  }
  breaker.tryAcquire()?.succeeded()
  expect(breaker.state).toBe('closed')
})

test('Permit: is judged like any other call', async () => {
  const { clock, breaker } = setUp({
    slowCallAfter: '1s',
    classify: (error) => (error instanceof RangeError ? 'ignored' : 'failed'),
    classifyResult: (value) => (value === 503 ? 'failed' : value === 404 ? 'ignored' : 'ok'),
    trip: { kind: 'consecutive', failures: 10 },
  })
  breaker.acquire().succeeded(200)
  breaker.acquire().succeeded()
  breaker.acquire().succeeded(503)
  breaker.acquire().succeeded(404)
  breaker.acquire().failed(new Error('down'))
  breaker.acquire().failed(new RangeError('not found'))
  const slow = breaker.acquire()
  const both = breaker.acquire()
  await clock.advance(1_000)
  slow.succeeded(200)
  both.succeeded(503)
  expect(breaker.snapshot().counts).toEqual({ ok: 2, failed: 3, slow: 1, ignored: 2 })
})

test('Permit: a quick call that began late is not slow', async () => {
  const { clock, breaker } = setUp({ slowCallAfter: '1s' })
  await clock.advance(5_000)
  const permit = breaker.acquire()
  await clock.advance(999)
  permit.succeeded()
  expect(breaker.snapshot().counts).toMatchObject({ ok: 1, slow: 0 })
})

test('Permit: is given back once, whichever way', () => {
  const { breaker } = setUp()
  const permits = Array.from({ length: 4 }, () => breaker.acquire())
  permits[0]?.succeeded()
  permits[1]?.failed(new Error('down'))
  permits[2]?.record('slow')
  permits[3]?.release()
  for (const permit of permits) {
    permit.failed(new Error('again'))
    permit.succeeded()
    permit.record('failed')
    permit[Symbol.dispose]()
  }
  expect(breaker.snapshot()).toMatchObject({
    state: 'open',
    counts: { ok: 1, failed: 1, slow: 1, ignored: 1 },
  })
})

test('Permit: tells its state and when it was taken', async () => {
  const { clock, breaker } = setUp()
  await clock.advance(7)
  expect(breaker.acquire()).toMatchObject({ generation: 0, startedAt: 7 })
  breaker.reset()
  await clock.advance(1)
  expect(breaker.acquire()).toMatchObject({ generation: 1, startedAt: 8 })
})

test('classifyResult: one that throws says that the call failed', async () => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  const { breaker } = setUp({
    classifyResult: () => {
      throw new TypeError('broken classifyResult')
    },
  })
  breaker.acquire().succeeded(200)
  expect(breaker.snapshot().counts).toMatchObject({ ok: 0, failed: 1 })
  expect((await warned).message).toBe('broken classifyResult')
})
