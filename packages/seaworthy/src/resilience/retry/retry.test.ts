import { afterEach, expect, test, vi } from 'vitest'
import { manualClock, retryChannel, seededRandom, type RetryMessage, type Timer } from 'seaworthy/core'
import { callContext } from '../engine/caller-scope.ts'
import type { CallContext } from '../engine/call-context.ts'
import { pipeline } from '../engine/pipeline.ts'
import { retryBudget } from '../budget/retry-budget.ts'
import { resilienceError } from '../resilience-errors.ts'
import { retry } from './retry.ts'
import type { RetryOptions } from './retry-options.ts'
import { timeout } from '../timeout/timeout.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

function setUp(options: RetryOptions = {}) {
  const clock = manualClock()
  const policy = retry(options, { clock, random: seededRandom(7) })
  const startedAt: number[] = []
  const failing = (error: unknown) => (): Promise<never> => {
    startedAt.push(clock.now())
    return Promise.reject(error)
  }
  return { clock, policy, startedAt, failing }
}

function listen(): RetryMessage[] {
  const messages: RetryMessage[] = []
  cleanups.push(retryChannel.subscribe((message) => messages.push(message)))
  return messages
}

test('retry: tries up to the number of attempts and throws the last error', async () => {
  const { clock, policy } = setUp({ attempts: 3 })
  const attempts: number[] = []
  const result = policy.execute(({ attempt }) => {
    attempts.push(attempt)
    return Promise.reject(new Error(`failure ${attempt}`))
  }, callContext())
  const outcome = expect(result).rejects.toThrow('failure 3')
  await clock.advance(60_000)
  await outcome
  expect(attempts).toEqual([1, 2, 3])
  expect(clock.pending).toBe(0)
})

test('retry: the first success ends it', async () => {
  const { clock, policy } = setUp({ attempts: 5 })
  const work = vi.fn(({ attempt }: CallContext) =>
    attempt < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve(attempt),
  )
  const result = policy.execute(work, callContext())
  await clock.advance(60_000)
  expect(await result).toBe(3)
  expect(work).toHaveBeenCalledTimes(3)
})

test('retry: publishes each delay with the failed attempt', async () => {
  const messages = listen()
  const { clock, policy, startedAt, failing } = setUp({ name: 'weather', attempts: 3 })
  const error = new Error('down')
  const outcome = expect(policy.execute(failing(error), callContext())).rejects.toBe(error)
  await clock.advance(60_000)
  await outcome
  expect(messages.map(({ name, attempt }) => [name, attempt])).toEqual([
    ['weather', 1],
    ['weather', 2],
  ])
  expect(messages[0]?.delayMs).toBe((startedAt[1] ?? 0) - (startedAt[0] ?? 0))
})

test('retry: an abort cuts the delay with its own reason and the work is not called again', async () => {
  const { clock, policy, startedAt, failing } = setUp({ baseDelay: '1s' })
  const controller = new AbortController()
  const reason = new Error('user cancelled')
  const result = policy.execute(failing(new Error('down')), callContext(controller.signal))
  const outcome = expect(result).rejects.toBe(reason)
  await clock.advance(50)
  controller.abort(reason)
  await outcome
  expect(clock.pending).toBe(0)
  await clock.advance(60_000)
  expect(startedAt).toEqual([0])
})

test('retry: an abort in the very step in which the delay ends starts nothing', async () => {
  const clock = manualClock()
  const controller = new AbortController()
  const schedule = (delayMs: number, callback: () => void): Timer =>
    clock.schedule(delayMs, () => {
      controller.abort(new Error('in the same step'))
      callback()
    })
  const policy = retry({}, { clock: { now: () => clock.now(), wallTime: () => 0, schedule } })
  const work = vi.fn(() => Promise.reject(new Error('down')))
  const result = policy.execute(work, callContext(controller.signal))
  const outcome = expect(result).rejects.toThrow('in the same step')
  await clock.advance(60_000)
  await outcome
  expect(work).toHaveBeenCalledTimes(1)
})

test('retry: work that fails because the caller aborted it is not tried again', async () => {
  const messages = listen()
  const { clock, policy } = setUp({ retryIf: () => true })
  const controller = new AbortController()
  const work = vi.fn(
    ({ signal }: CallContext) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  const outcome = expect(policy.execute(work, callContext(controller.signal))).rejects.toThrow('enough')
  controller.abort(new Error('enough'))
  await outcome
  await clock.advance(60_000)
  expect(messages).toEqual([])
  expect(work).toHaveBeenCalledTimes(1)
})

test('retry: a call that was aborted before does not start', async () => {
  const { policy, startedAt, failing } = setUp()
  const signal = AbortSignal.abort(new Error('before'))
  await expect(policy.execute(failing(new Error('down')), callContext(signal))).rejects.toThrow('before')
  expect(startedAt).toEqual([])
})

test('retry: waits at least what the failure asks for', async () => {
  const { clock, policy, startedAt, failing } = setUp({ attempts: 2, baseDelay: 10, maxDelay: 10 })
  const error = Object.assign(new Error('busy'), { retryAfterMs: 4_000 })
  const outcome = expect(policy.execute(failing(error), callContext())).rejects.toBe(error)
  await clock.advance(3_999)
  expect(startedAt).toEqual([0])
  await clock.advance(1)
  await outcome
  expect(startedAt).toEqual([0, 4_000])
})

test('retry: what a failure asks for is capped', async () => {
  const { clock, policy, startedAt, failing } = setUp({ attempts: 2, baseDelay: 0, retryAfterMax: '5s' })
  const error = Object.assign(new Error('busy'), { retryAfterMs: 2 ** 40 })
  const outcome = expect(policy.execute(failing(error), callContext())).rejects.toBe(error)
  await clock.advance(5_000)
  await outcome
  expect(startedAt).toEqual([0, 5_000])
})

test.each([undefined, -1, Number.NaN, '5'])(
  'retry: takes no notice of a retryAfterMs of %s',
  async (value) => {
    const { clock, policy, startedAt, failing } = setUp({ attempts: 2, baseDelay: 10, maxDelay: 10 })
    const error = Object.assign(new Error('busy'), { retryAfterMs: value })
    const outcome = expect(policy.execute(failing(error), callContext())).rejects.toBe(error)
    await clock.advance(10)
    await outcome
    expect(startedAt).toEqual([0, 10])
  },
)

test('retry: gives up at once when our own breaker stays open longer than it may wait', async () => {
  const { clock, policy, startedAt, failing } = setUp({ retryAfterMax: '5s' })
  const refusal = resilienceError('ERR_CIRCUIT_OPEN', 'refused', { retryAfterMs: 5_001 })
  await expect(policy.execute(failing(refusal), callContext())).rejects.toBe(refusal)
  expect(startedAt).toEqual([0])
  expect(clock.pending).toBe(0)
})

test('retry: gives up at once with the last error when the delay does not fit into the deadline', async () => {
  const { clock, policy, startedAt, failing } = setUp({ baseDelay: 0 })
  const error = Object.assign(new Error('busy'), { retryAfterMs: 1_000 })
  const guarded = pipeline([timeout({ limit: '1s' }, { clock }), policy])
  await expect(guarded.execute(failing(error))).rejects.toBe(error)
  expect(startedAt).toEqual([0])
})

test('retry: keeps to its own total duration', async () => {
  const { clock, policy, startedAt, failing } = setUp({
    attempts: 100,
    baseDelay: 100,
    maxDelay: 100,
    maxDuration: 250,
  })
  const outcome = expect(policy.execute(failing(new Error('down')), callContext())).rejects.toThrow('down')
  await clock.advance(60_000)
  await outcome
  expect(startedAt).toEqual([0, 100, 200])
})

test.each([
  'ERR_BULKHEAD_FULL',
  'ERR_QUEUE_TIMEOUT',
  'ERR_CONCURRENCY_LIMIT',
  'ERR_LOAD_SHED',
  'ERR_CLIENT_THROTTLED',
  'ERR_RATE_COST',
] as const)('retry: leaves the refusal %s of our own alone unless told', async (code) => {
  const refusal = resilienceError(code, 'refused', { retryAfterMs: 10 })
  const usual = setUp()
  await expect(usual.policy.execute(usual.failing(refusal), callContext())).rejects.toBe(refusal)
  expect(usual.startedAt).toEqual([0])

  const told = setUp({ attempts: 2, baseDelay: 0, retryIf: () => true })
  const outcome = expect(told.policy.execute(told.failing(refusal), callContext())).rejects.toBe(refusal)
  await told.clock.advance(10)
  await outcome
  expect(told.startedAt).toEqual([0, 10])
})

test.each(['ERR_CIRCUIT_OPEN', 'ERR_RATE_EXCEEDED', 'ERR_TIMEOUT', 'ERR_FAULT_INJECTED'] as const)(
  'retry: tries again after %s',
  async (code) => {
    const { clock, policy, startedAt, failing } = setUp({ attempts: 2, baseDelay: 0, maxDelay: 0 })
    const refusal = resilienceError(code, 'refused', { retryAfterMs: 10 })
    const outcome = expect(policy.execute(failing(refusal), callContext())).rejects.toBe(refusal)
    await clock.advance(10)
    await outcome
    expect(startedAt).toEqual([0, 10])
  },
)

test.each(['ERR_CIRCUIT_OPEN', 'ERR_RATE_EXCEEDED'] as const)(
  'retry: waits for a refusal %s of our own for as long as it may, and not in vain for longer',
  async (code) => {
    for (const [retryAfterMs, startsAt] of [
      [5_000, [0, 5_000]],
      [5_001, [0]],
    ] as const) {
      const { clock, policy, startedAt, failing } = setUp({ attempts: 2, retryAfterMax: '5s', maxDelay: 0 })
      const refusal = resilienceError(code, 'refused', { retryAfterMs })
      const outcome = expect(policy.execute(failing(refusal), callContext())).rejects.toBe(refusal)
      await clock.advance(5_000)
      await outcome
      expect(startedAt).toEqual(startsAt)
    }
  },
)

test('retry: retryIf sees the error and the context and decides', async () => {
  const retryIf = vi.fn(() => false)
  const { policy, failing } = setUp({ retryIf })
  const error = new Error('fatal')
  await expect(policy.execute(failing(error), callContext())).rejects.toBe(error)
  expect(retryIf).toHaveBeenCalledExactlyOnceWith(error, expect.objectContaining({ attempt: 1 }))
})

test('retry: work that was given up keeps the attempt number it was started with', async () => {
  const { clock, policy } = setUp({ attempts: 2, baseDelay: 0 })
  const contexts: CallContext[] = []
  const outcome = expect(
    policy.execute((context) => {
      contexts.push(context)
      return Promise.reject(new Error('down'))
    }, callContext()),
  ).rejects.toThrow('down')
  await clock.advance(0)
  await outcome
  expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2])
})

test('retry: describes its resolved options and refuses wrong ones', () => {
  expect(setUp({ maxDuration: '1m' }).policy.describe()).toEqual({
    kind: 'retry',
    name: 'retry',
    attempts: 3,
    backoff: { kind: 'decorrelated' },
    baseDelayMs: 100,
    maxDelayMs: 10_000,
    retryAfterMaxMs: 30_000,
    maxDurationMs: 60_000,
  })
  const budget = retryBudget()
  const full = setUp({ budget, retryIfResult: () => false, backoff: [1, 2], name: 'weather' })
  expect(full.policy.describe()).toEqual({
    kind: 'retry',
    name: 'weather',
    attempts: 3,
    backoff: { kind: 'iterable' },
    baseDelayMs: 100,
    maxDelayMs: 10_000,
    retryAfterMaxMs: 30_000,
    refusedResult: 'return',
    budget: budget.describe(),
  })
  expect(() => retry({ attempts: 0 })).toThrow('"attempts" must be a whole number from 1 to 100, received 0')
  expect(() => retry({ name: 'weather', backoff: 'fast' as never })).toThrow(
    'Cannot configure retry "weather": "backoff" must be one of "decorrelated", "constant", "linear", "exponential"',
  )
  expect(() => retry({ backoff: [1].values() })).toThrow('"backoff" must be')
  expect(() => retry({ budget: [] as never })).toThrow('"budget" must be a budget made by retryBudget')
})
