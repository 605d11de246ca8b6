import { expect, test } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { rateLimit } from './rate-limit.ts'
import type { RateLimit } from './rate-limit-handle.ts'
import type { RateLimitOptions } from './rate-limit-options.ts'

/** Ten units a second, all at once if need be. */
function limitOf(options: Partial<RateLimitOptions> = {}): { limit: RateLimit; clock: ManualClock } {
  const clock = manualClock()
  return { limit: rateLimit({ name: 'mail', limit: 10, ...options }, { clock }), clock }
}

/** The moments at which callers got their units, by their name, in the order in which they did. */
function callers(limit: RateLimit, clock: ManualClock) {
  const ends: [string, number | string][] = []
  const call = (name: string, cost = 1, options: { key?: string; signal?: AbortSignal } = {}): void => {
    void limit.acquire(cost, options).then(
      () => ends.push([name, clock.now()]),
      (error) => ends.push([name, error.code ?? error]),
    )
  }
  return { ends, call }
}

test('reserve: tells the wait, takes the units at once, and gives them back when cancelled', () => {
  const { limit } = limitOf()
  expect(limit.reserve(8).waitMs).toBe(0)
  const ahead = limit.reserve(5)
  expect(ahead.waitMs).toBe(300)
  expect(limit.snapshot()).toMatchObject({ available: 0 })
  ahead.cancel()
  ahead.cancel()
  expect(limit.snapshot()).toMatchObject({ available: 2 })
  expect(limit.reserve(3).waitMs).toBe(100)
})

test('reserve: gives back only what time has not', async () => {
  const { limit, clock } = limitOf()
  const used = limit.reserve(10)
  await clock.advance(400)
  used.cancel()
  expect(limit.snapshot()).toMatchObject({ available: 10 })
  const late = limit.reserve(10)
  await clock.advance(1_000)
  limit.tryAcquire(10)
  late.cancel()
  expect(limit.snapshot()).toMatchObject({ available: 0 })
})

test('reserve: stands behind those who wait, and they in front of it if it is cancelled', async () => {
  const { limit, clock } = limitOf({ queue: 5 })
  limit.tryAcquire(10)
  const { ends, call } = callers(limit, clock)
  call('a', 2)
  const reservation = limit.reserve(3)
  expect(reservation.waitMs).toBe(500)
  call('b')
  expect(limit.snapshot()).toMatchObject({ waiting: 3 })
  await clock.advance(100)
  reservation.cancel()
  expect(limit.snapshot()).toMatchObject({ waiting: 2 })
  await clock.advance(400)
  expect(ends).toEqual([
    ['a', 200],
    ['b', 300],
  ])
})

test('reserve: keeps its promise, whoever leaves in front, and can be cancelled when its units are taken', async () => {
  const { limit, clock } = limitOf({ queue: 5 })
  limit.tryAcquire(10)
  const { ends, call } = callers(limit, clock)
  const leaving = new AbortController()
  call('a', 2, { signal: leaving.signal })
  const reservation = limit.reserve(3)
  call('b')
  leaving.abort('gone')
  await clock.advance(10)
  expect(limit.snapshot()).toMatchObject({ waiting: 1 })
  reservation.cancel()
  await clock.advance(1_000)
  expect(ends).toEqual([
    ['a', 'gone'],
    ['b', expect.any(Number)],
  ])
})

test('reserve: behind a full queue there is no place', async () => {
  const { limit, clock } = limitOf({ queue: 1 })
  limit.tryAcquire(10)
  callers(limit, clock).call('a', 2)
  expect(() => limit.reserve(3)).toThrow(
    expect.objectContaining({ code: 'ERR_RATE_EXCEEDED', retryAfterMs: 500 }),
  )
})
