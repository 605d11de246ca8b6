import { expect, test } from 'vitest'
import { errorCode, manualClock } from 'seaworthy/core'
import { adaptiveLimit } from './adaptive/adaptive-limit.ts'
import { circuitBreaker } from './breaker/circuit-breaker.ts'
import { bulkhead } from './bulkhead/bulkhead.ts'
import { pipeline } from './engine/pipeline.ts'
import { faultSwitch } from './faults/fault-switch.ts'
import { hedge } from './hedge/hedge.ts'
import { resilientFetch } from './http/resilient-fetch.ts'
import { undiciInterceptor } from './http/undici-interceptor.ts'
import { memorySharedLimit } from './rate-limit/memory-shared-limit.ts'
import { rateLimit } from './rate-limit/rate-limit.ts'
import { sharedRateLimit } from './rate-limit/shared-rate-limit.ts'
import { retry } from './retry/retry.ts'
import { timeout } from './timeout/timeout.ts'

const name = 'weather'
const runtime = { clock: manualClock() }
const line = pipeline([])
const store = memorySharedLimit(runtime.clock)
const isBad = (): boolean => false

test.each<[string, () => unknown]>([
  [
    'retry: "baseDelay" must be at most "maxDelay", 1s, received 2s',
    () => retry({ baseDelay: '2s', maxDelay: '1s' }),
  ],
  ['retry: "baseDelay" must be at most "maxDelay", 10s, received 20s', () => retry({ baseDelay: '20s' })],
  [
    'retry "weather": "refusedResult" must stand beside "retryIfResult", without which no result is refused, received "throw"',
    () => retry({ name, refusedResult: 'throw' }),
  ],
  [
    'retry: "discard" must stand beside "retryIfResult", without which no result is refused, received a function',
    () => retry({ discard: () => {} }),
  ],
  [
    'timeout: "perCallMax" must be at least "limit", 2s, received 1s',
    () => timeout({ limit: '2s', perCallMax: '1s' }),
  ],
  ['timeout: "perCallMax" must be at least "limit", 10s, received 9s', () => timeout({ perCallMax: '9s' })],
  [
    'bulkhead "weather": "queueWaitMax" must stand beside a "queue" of at least 1, which is 0, received 1s',
    () => bulkhead({ name, queueWaitMax: '1s' }),
  ],
  [
    'bulkhead "weather": "order" must be "fifo" beside a "queue" of 0, where nobody waits, received "lifo"',
    () => bulkhead({ name, order: 'lifo', queue: 0 }),
  ],
  [
    'bulkhead "weather": "queueWaitMax" must stand beside a "queue" of at least 1, which is 0, received 1s',
    () => bulkhead({ name }, runtime).reconfigure({ queueWaitMax: '1s' }),
  ],
  [
    'adaptive limit "weather": "queueWaitMax" must stand beside a "queue" of at least 1, which is 0, received 1s',
    () => adaptiveLimit({ name, queueWaitMax: '1s' }),
  ],
  [
    'adaptive limit "weather": "order" must be "fifo" beside a "queue" of 0, where nobody waits, received "lifo"',
    () => adaptiveLimit({ name }, runtime).reconfigure({ order: 'lifo' }),
  ],
  [
    'adaptive limit "weather": "probeInterval" must be left out with the "algorithm" "aimd", which does not probe, received 1m',
    () => adaptiveLimit({ name, algorithm: 'aimd', probeInterval: '1m' }),
  ],
  [
    'rate limit "weather": "queueWaitMax" must stand beside a "queue" of at least 1, which is 0, received 1s',
    () => rateLimit({ name, limit: 1, queueWaitMax: '1s' }),
  ],
  [
    'rate limit "weather": "queueWaitMax" must stand beside a "queue" of at least 1, which is 0, received 1s',
    () => rateLimit({ name, limit: 1 }, runtime).reconfigure({ queueWaitMax: '1s' }),
  ],
  [
    'rate limit "weather": "pause" must be at most "pauseMax", 1s, received 2s',
    () => rateLimit({ name, limit: 1, learn: { pause: '2s', pauseMax: '1s' } }),
  ],
  [
    'rate limit "weather": "pause" must be at most "pauseMax", 5m, received 6m',
    () => rateLimit({ name, limit: 1, learn: { pause: '6m' } }),
  ],
  [
    'shared rate limit "weather": "localShare" must be left out where "whenUnreachable" is "refuse", received 0.5',
    () => sharedRateLimit({ name, store, limit: 1, whenUnreachable: 'refuse', localShare: 0.5 }),
  ],
  [
    'circuit breaker "weather": "hungMax" must stand beside "hungAfter", received 3',
    () => circuitBreaker({ name, hungMax: 3 }),
  ],
  [
    'circuit breaker "weather": "slowCallAfter" must be at most "hungAfter", 1s, after which a call has failed, received 2s',
    () => circuitBreaker({ name, slowCallAfter: '2s', hungAfter: '1s' }),
  ],
  [
    'circuit breaker "weather": "rampFrom" must stand beside "rampFor", received 0.5',
    () => circuitBreaker({ name, rampFrom: 0.5 }),
  ],
  [
    'fault "weather": "message" must be left out beside "error", which makes all of the error, received "no"',
    () => faultSwitch(name).set({ kind: 'error', message: 'no', error: () => 1 }),
  ],
  [
    'fault "weather": "code" must be left out beside "error", which makes all of the error, received "EPIPE"',
    () => faultSwitch(name).set({ kind: 'error', code: 'EPIPE', error: () => 1 }),
  ],
  [
    'resilient fetch: "bodyMaxBytes" must stand beside "covers" of "body", received 5',
    () => resilientFetch(line, { bodyMaxBytes: 5 }),
  ],
  [
    'undici interceptor: "bodyMaxBytes" must stand beside "covers" of "body", received 5',
    () => undiciInterceptor(line, { bodyMaxBytes: 5, covers: 'headers' }),
  ],
])('options: Cannot configure %s', (message, make) => {
  let error: unknown
  try {
    make()
  } catch (thrown) {
    error = thrown
  }
  expect(errorCode(error)).toBe('ERR_INVALID_OPTION')
  expect((error as Error).message).toBe(`Cannot configure ${message}`)
})

test('options: a default gives way to what was written beside it', () => {
  expect(retry({ maxDelay: 50 }).describe()).toMatchObject({ baseDelayMs: 50, maxDelayMs: 50 })
  expect(hedge({ delay: { quantile: 0.9, max: 0.5 } }).describe()).toMatchObject({ minMs: 0.5, maxMs: 0.5 })
  const learning = rateLimit({ name, limit: 1, learn: { pauseMax: 500 } }, runtime)
  expect(learning.describe()).toMatchObject({ learn: { pauseMs: 500, pauseMaxMs: 500 } })
})

test('options: what is right beside each other is taken', () => {
  expect(() => retry({ baseDelay: '1s', maxDelay: '1s' })).not.toThrow()
  expect(() => retry({ retryIfResult: isBad, refusedResult: 'throw', discard: () => {} })).not.toThrow()
  expect(() => timeout({ limit: '2s', perCallMax: '2s' })).not.toThrow()
  expect(() => bulkhead({ name, queue: 1, queueWaitMax: '1s', order: 'lifo' })).not.toThrow()
  expect(() => bulkhead({ name, order: 'fifo' })).not.toThrow()
  expect(() => adaptiveLimit({ name, probeInterval: '1m' })).not.toThrow()
  expect(() => rateLimit({ name, limit: 1, queueWaitMax: 0 })).not.toThrow()
  expect(() => rateLimit({ name, limit: 1, learn: { pause: '1s', pauseMax: '1s' } })).not.toThrow()
  expect(() => sharedRateLimit({ name, store, limit: 1, localShare: 0.5 })).not.toThrow()
  expect(() => resilientFetch(line, { covers: 'body', bodyMaxBytes: 5 })).not.toThrow()
})

test('bulkhead, adaptiveLimit, rateLimit: a queue can be shut and opened again with the settings that it had', () => {
  const wait = { queue: 5, queueWaitMax: '1s' } as const
  for (const limit of [
    bulkhead({ name, ...wait, order: 'lifo' }, runtime),
    adaptiveLimit({ name, ...wait, order: 'lifo' }, runtime),
    rateLimit({ name, limit: 1, ...wait }, runtime),
  ]) {
    const before = limit.describe()
    limit.reconfigure({ queue: 0 })
    expect(limit.describe()).toMatchObject({ queue: 0 })
    limit.reconfigure({ queue: 5 })
    expect(limit.describe()).toEqual(before)
  }
})
