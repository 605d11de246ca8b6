import { AsyncLocalStorage } from 'node:async_hooks'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { manualClock, retryChannel, seededRandom, type Duration } from 'seaworthy/core'
import type { FailedAttempt, RetryBackoff } from './backoff.ts'
import { delayMaxMs } from './delays.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { callContext } from '../engine/caller-scope.ts'
import { pipeline } from '../engine/pipeline.ts'
import { retry } from './retry.ts'
import type { RetryOptions } from './retry-options.ts'
import { timeout } from '../timeout/timeout.ts'

function setUp(options: RetryOptions) {
  const clock = manualClock()
  const policy = retry(options, { clock, random: seededRandom(3) })
  const startedAt: number[] = []
  const failing = (): Promise<never> => {
    startedAt.push(clock.now())
    return Promise.reject(new Error('down'))
  }
  return { clock, policy, startedAt, failing }
}

test('retry: a delay longer than platform timers take does not fire at once (cockatiel)', async () => {
  const { clock, policy, startedAt, failing } = setUp({ attempts: 4, backoff: () => '35d' as const })
  const controller = new AbortController()
  const outcome = expect(policy.execute(failing, callContext(controller.signal))).rejects.toThrow('enough')
  await clock.advance(delayMaxMs - 1)
  expect(startedAt).toEqual([0])
  await clock.advance(1)
  expect(startedAt).toEqual([0, delayMaxMs])
  controller.abort(new Error('enough'))
  await outcome
})

test('retry: no attempt starts before its delay is over (dotnet/extensions #7001)', async () => {
  const { clock, policy, startedAt, failing } = setUp({ attempts: 2, backoff: [10.6] })
  const outcome = expect(policy.execute(failing, callContext())).rejects.toThrow('down')
  await clock.advance(10.5)
  expect(startedAt).toEqual([0])
  await clock.advance(0.1)
  await outcome
  expect(startedAt).toEqual([0, 10.6])
})

test('retry: each call runs through an iterable from its beginning, and its end is the end of attempts', async () => {
  const { clock, policy, startedAt, failing } = setUp({ attempts: 100, backoff: [10, '1s'] })
  for (const begin of [0, 5_000]) {
    const outcome = expect(policy.execute(failing, callContext())).rejects.toThrow('down')
    await clock.advance(5_000)
    await outcome
    expect(startedAt.splice(0)).toEqual([begin, begin + 10, begin + 1_010])
  }
})

test('retry: a generator without an end is bounded by the attempts and told when the call has ended', async () => {
  let open = 0
  const endless = function* (): Generator<Duration> {
    open++
    try {
      for (;;) yield 10
    } finally {
      open--
    }
  }
  const { clock, policy, startedAt, failing } = setUp({ attempts: 4, backoff: endless })
  const failed = expect(policy.execute(failing, callContext())).rejects.toThrow('down')
  await clock.advance(60_000)
  await failed
  expect([startedAt.length, open]).toEqual([4, 0])

  const answered = policy.execute(
    ({ attempt }) => (attempt < 2 ? Promise.reject(new Error('down')) : Promise.resolve('up')),
    callContext(),
  )
  await clock.settle()
  expect(open).toBe(1)
  await clock.advance(60_000)
  expect([await answered, open]).toEqual(['up', 0])

  const controller = new AbortController()
  const aborted = expect(policy.execute(failing, callContext(controller.signal))).rejects.toThrow('enough')
  await clock.settle()
  expect(open).toBe(1)
  controller.abort(new Error('enough'))
  await aborted
  expect([open, clock.pending]).toEqual([0, 0])
})

test('retry: an own function is told the attempt, the error and the delay before', async () => {
  const own = vi.fn(({ attempt }: FailedAttempt) => attempt * 100)
  const { clock, policy, startedAt, failing } = setUp({ attempts: 3, backoff: own })
  const outcome = expect(policy.execute(failing, callContext())).rejects.toThrow('down')
  await clock.advance(60_000)
  await outcome
  expect(startedAt).toEqual([0, 100, 300])
  const error = expect.objectContaining({ message: 'down' })
  expect(own.mock.calls).toEqual([
    [{ attempt: 1, error, result: undefined, previousMs: 0 }],
    [{ attempt: 2, error, result: undefined, previousMs: 100 }],
  ])
})

test.each([
  ['an own backoff', { backoff: () => Number.NaN }, 'Cannot read the delay of a retry'],
  [
    'retryIf',
    {
      retryIf: () => {
        throw new TypeError('broken rule')
      },
    },
    'broken rule',
  ],
])('retry: what %s throws ends the call', async (_what, options, message) => {
  const { clock, policy, startedAt, failing } = setUp(options)
  await expect(policy.execute(failing, callContext())).rejects.toThrow(message)
  expect(startedAt).toEqual([0])
  expect(clock.pending).toBe(0)
})

test.each<[string, RetryBackoff]>([
  ['a function', () => 'soon' as Duration],
  [
    'a generator function',
    function* () {
      yield Number.NaN
    },
  ],
  ['an iterable', { [Symbol.iterator]: () => [undefined as never][Symbol.iterator]() }],
])(
  'retry: a delay of %s that is none fails the call with a code, because of what the attempt failed with',
  async (_what, backoff) => {
    const { clock, policy, startedAt, failing } = setUp({ backoff })
    await expect(policy.execute(failing, callContext())).rejects.toMatchObject({
      code: 'ERR_INVALID_DURATION',
      cause: new Error('down'),
    })
    expect([startedAt, clock.pending]).toEqual([[0], 0])
  },
)

test('retry: delays of an own backoff are obeyed beyond the longest delay of the named ones', async () => {
  const { clock, policy, startedAt, failing } = setUp({ attempts: 2, backoff: ['1m'], maxDelay: '1s' })
  const outcome = expect(policy.execute(failing, callContext())).rejects.toThrow('down')
  await clock.advance(60_000)
  await outcome
  expect(startedAt).toEqual([0, 60_000])
})

test('retry: obeys the Retry-After of an error with a response, a date included', async () => {
  const { clock, policy } = setUp({ attempts: 3, backoff: 'constant', baseDelay: 10 })
  const startedAt: number[] = []
  const outcome = expect(
    policy.execute(({ attempt }) => {
      startedAt.push(clock.now())
      const field = attempt === 1 ? '3' : new Date(clock.wallTime() + 7_000).toUTCString()
      return Promise.reject(
        Object.assign(new Error('busy'), { response: { headers: { 'retry-after': field } } }),
      )
    }, callContext()),
  ).rejects.toThrow('busy')
  await clock.advance(60_000)
  await outcome
  expect(startedAt).toEqual([0, 3_000, 10_000])
})

test('retry: the refusal of a breaker inside it is obeyed: the next attempt is the probe', async () => {
  const clock = manualClock()
  const breaker = circuitBreaker(
    { name: 'weather', trip: { kind: 'consecutive', failures: 1 }, openFor: '5s' },
    { clock },
  )
  const guarded = pipeline([retry({ attempts: 3, baseDelay: 0, maxDelay: 0 }, { clock }), breaker])
  const startedAt: number[] = []
  const result = guarded.execute(() => {
    startedAt.push(clock.now())
    return startedAt.length === 1 ? Promise.reject(new Error('down')) : Promise.resolve('up')
  })
  await clock.advance(10_000)
  expect(await result).toBe('up')
  expect(startedAt).toEqual([0, 5_000])
})

test('retry: a refusal of the breaker that lasts longer than may be waited for ends the call at once', async () => {
  const clock = manualClock()
  const breaker = circuitBreaker(
    { name: 'weather', trip: { kind: 'consecutive', failures: 1 }, openFor: '31s' },
    { clock },
  )
  const guarded = pipeline([retry({ baseDelay: 0, maxDelay: 0 }, { clock }), breaker])
  const work = vi.fn(() => Promise.reject(new Error('down')))
  const outcome = expect(guarded.execute(work)).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
  await clock.advance(0)
  await outcome
  expect(work).toHaveBeenCalledTimes(1)
  expect(clock.pending).toBe(0)
})

test('retry: a listener that throws causes neither attempts nor failures (cockatiel, opossum)', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const stop = retryChannel.subscribe(() => {
    throw new Error('broken listener')
  })
  const { clock, policy } = setUp({ attempts: 3 })
  const work = vi.fn(({ attempt }: { readonly attempt: number }) =>
    attempt === 1 ? Promise.reject(new Error('down')) : Promise.resolve('up'),
  )
  const result = policy.execute(work, callContext())
  await clock.advance(60_000)
  expect(await result).toBe('up')
  stop()
  expect(work).toHaveBeenCalledTimes(2)
  expect(warned).toHaveBeenCalledTimes(1)
  warned.mockRestore()
})

test('retry: every attempt runs in the async context of its call, whatever timer brings it', async () => {
  const storage = new AsyncLocalStorage<string>()
  const clock = manualClock()
  const guarded = pipeline([
    retry({ attempts: 3, backoff: [10, 10] }, { clock }),
    timeout({ limit: 50 }, { clock }),
  ])
  const seen: (string | undefined)[] = []
  const result = storage.run('call', () =>
    guarded.execute(({ attempt }) => {
      seen.push(storage.getStore())
      if (attempt === 1) return new Promise<string>(() => {})
      return attempt === 2 ? Promise.reject(new Error('down')) : Promise.resolve('up')
    }),
  )
  await storage.run('somebody else', () => clock.advance(1_000))
  expect(await result).toBe('up')
  expect(seen).toEqual(['call', 'call', 'call'])
})

test('retry: a call does not go on where an earlier one ended', async () => {
  const clock = manualClock()
  const inner = retry({ name: 'inner', attempts: 3, backoff: [1, 2] }, { clock })
  const outer = retry(
    { name: 'outer', attempts: 2, backoff: [1_000], retryIfResult: (result) => result === 'bad' },
    { clock },
  )
  const startedAt: number[] = []
  const failures = [true, false, true, true, false]
  const result = pipeline([outer, inner]).execute(() => {
    startedAt.push(clock.now())
    const fails = failures[startedAt.length - 1]
    return fails === true
      ? Promise.reject(new Error('down'))
      : Promise.resolve(startedAt.length < 5 ? 'bad' : 'good')
  })
  await clock.advance(10_000)
  expect(await result).toBe('good')
  expect(startedAt).toEqual([0, 1, 1_001, 1_002, 1_004])
})

test('retry: for any backoff, attempts start exactly after each delay, and at most so many', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 10 }),
      fc.nat(12),
      async (delays, attempts, failures) => {
        const clock = manualClock()
        const policy = retry({ attempts, backoff: delays }, { clock })
        const startedAt: number[] = []
        const result = policy
          .execute(() => {
            startedAt.push(clock.now())
            return startedAt.length > failures ? Promise.resolve('up') : Promise.reject(new Error('down'))
          }, callContext())
          .catch(() => 'down')
        await clock.advance(10_000)
        const made = Math.min(attempts, failures + 1, delays.length + 1)
        let at = 0
        const expected = [0, ...delays].slice(0, made).map((delayMs) => (at += delayMs))
        expect(startedAt).toEqual(expected)
        expect(await result).toBe(made > failures ? 'up' : 'down')
        expect(clock.pending).toBe(0)
      },
    ),
    { numRuns: 200 },
  )
})
