import { expect, test } from 'vitest'
import { resolveRateLimitOptions, type RateLimitOptions } from './rate-limit-options.ts'

const minimal = { name: 'mail', limit: 10 }

test('rate limit options: what is left out has its default', () => {
  expect(resolveRateLimitOptions(minimal)).toEqual({
    name: 'mail',
    algorithm: 'token-bucket',
    limit: 10,
    intervalMs: 1_000,
    burst: 10,
    queue: 0,
    queueWaitMaxMs: Infinity,
    keys: 0,
    grains: 1_000,
    pace: { pauseMs: 1_000, pauseMaxMs: 300_000, slowTo: 0.5, recoverMs: 30_000 },
  })
})

test('rate limit options: the burst follows the algorithm, and what is said counts', () => {
  const burstOf = (options: Partial<RateLimitOptions>) =>
    resolveRateLimitOptions({ ...minimal, ...options }).burst
  expect(burstOf({ algorithm: 'gcra' })).toBe(1)
  expect(burstOf({ algorithm: 'gcra', burst: 3 })).toBe(3)
  expect(burstOf({ burst: 30 })).toBe(30)
  expect(burstOf({ algorithm: 'sliding-window' })).toBe(10)
})

test('rate limit options: with keys a window tells fewer moments apart', () => {
  const window = { ...minimal, algorithm: 'sliding-window' } as const
  expect(resolveRateLimitOptions({ ...window, keys: 10 }).grains).toBe(60)
  expect(resolveRateLimitOptions({ ...window, keys: 10, grains: 7 }).grains).toBe(7)
})

test('rate limit options: durations may be text, and learning be turned off or set', () => {
  const options = resolveRateLimitOptions({
    ...minimal,
    interval: '1m',
    queue: 5,
    queueWaitMax: '2s',
    learn: { pause: '3s', pauseMax: '10s', slowTo: 0.25, recover: '1m' },
  })
  expect(options).toMatchObject({
    intervalMs: 60_000,
    queueWaitMaxMs: 2_000,
    pace: { pauseMs: 3_000, pauseMaxMs: 10_000, slowTo: 0.25, recoverMs: 60_000 },
  })
  expect(resolveRateLimitOptions({ ...minimal, learn: false }).pace).toBeUndefined()
})

test.each([
  ['limit', { limit: 0 }],
  ['limit', { limit: 1_000_000_001 }],
  ['limit', { limit: 1.5 }],
  ['interval', { interval: 0 }],
  ['interval', { interval: '32d' }],
  ['burst', { burst: 0 }],
  ['burst', { burst: 1_000_000_001 }],
  ['burst', { algorithm: 'sliding-window', burst: 5 }],
  ['grains', { grains: 5 }],
  ['grains', { algorithm: 'sliding-window', grains: 0 }],
  ['grains', { algorithm: 'sliding-window', grains: 10_001 }],
  ['algorithm', { algorithm: 'leaky' }],
  ['queue', { queue: -1 }],
  ['queue', { queue: 100_001 }],
  ['queueWaitMax', { queueWaitMax: -1 }],
  ['keys', { keys: 1_000_001 }],
  ['keys', { keys: 5, queue: 5 }],
  ['learn', { learn: 'yes' }],
  ['learn', { learn: null }],
  ['slowTo', { learn: { slowTo: 0.01 } }],
  ['pauseMax', { learn: { pauseMax: '2d' } }],
  ['rate', { rate: 5 }],
])('rate limit options: refuses a wrong "%s" in %j', (option, wrong) => {
  expect(() => resolveRateLimitOptions({ ...minimal, ...(wrong as object) })).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_OPTION',
      message: expect.stringMatching(new RegExp(`"mail".*"${option}" must be`)),
    }),
  )
})

test('rate limit options: a contradiction names both sides', () => {
  expect(() => resolveRateLimitOptions({ ...minimal, keys: 5, queue: 6 })).toThrow(
    expect.objectContaining({
      message: 'Cannot configure rate limit "mail": "keys" must be 0 or more than the queue of 6, received 5',
      details: { name: 'mail' },
    }),
  )
  expect(resolveRateLimitOptions({ ...minimal, keys: 7, queue: 6 })).toMatchObject({ keys: 7, queue: 6 })
})
