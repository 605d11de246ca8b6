import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { RateLimiter } from './rate-limiter.ts'

const rate = { intervalMs: 1000, burst: 3 }

test('RateLimiter: each key has its own bucket', () => {
  const limiter = new RateLimiter(rate, manualClock(), 10)
  for (let i = 0; i < 3; i++) expect(limiter.take('a').allowed).toBe(true)
  expect(limiter.take('a').allowed).toBe(false)
  expect(limiter.take('b').allowed).toBe(true)
})

test('RateLimiter: allows again when the clock says so', async () => {
  const clock = manualClock()
  const limiter = new RateLimiter(rate, clock, 10)
  for (let i = 0; i < 4; i++) limiter.take('a')
  await clock.advance(1000)
  expect(limiter.take('a').allowed).toBe(true)
})

test('RateLimiter: never holds more keys than its places', () => {
  const limiter = new RateLimiter(rate, manualClock(), 50)
  for (let i = 0; i < 10_000; i++) limiter.take(`key ${i}`)
  expect(limiter.size).toBe(50)
})

test('RateLimiter: a flood of new keys does not free an exhausted one', () => {
  const limiter = new RateLimiter(rate, manualClock(), 50)
  for (let i = 0; i < 3; i++) limiter.take('attacker')
  for (let i = 0; i < 10_000; i++) limiter.take(`key ${i}`)
  expect(limiter.take('attacker').allowed).toBe(false)
})

test('RateLimiter: what says nothing any more goes first', async () => {
  const clock = manualClock()
  const limiter = new RateLimiter(rate, clock, 3)
  for (const key of ['a', 'b', 'c']) limiter.take(key)
  await clock.advance(5000)
  for (let i = 0; i < 3; i++) limiter.take('a')
  limiter.take('d')
  limiter.take('e')
  expect(limiter.take('a').allowed).toBe(false)
})
