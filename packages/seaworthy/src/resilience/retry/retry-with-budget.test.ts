import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { manualClock, refusalChannel, type ManualClock, type RefusalMessage } from 'seaworthy/core'
import { retryBudget, type RetryBudget } from '../budget/retry-budget.ts'
import { callContext } from '../engine/caller-scope.ts'
import type { CallContext } from '../engine/call-context.ts'
import { pipeline } from '../engine/pipeline.ts'
import { retry } from './retry.ts'
import type { RetryOptions } from './retry-options.ts'

const scarce = { capacity: 2, minimumPerSecond: 0.01, share: 0.5 }

function setUp(options: RetryOptions = {}) {
  const clock = manualClock()
  const budget = retryBudget(scarce, { clock })
  const again = (more: RetryOptions = {}) =>
    retry({ attempts: 3, backoff: 'constant', baseDelay: 10, budget, ...options, ...more }, { clock })
  const down = vi.fn(() => Promise.reject(new Error('down')))
  return { clock, budget, again, down }
}

test('retry: an exhausted budget ends the call with the last error', async () => {
  const { clock, budget, again, down } = setUp({ attempts: 10 })
  const error = new Error('down', { cause: 'the network' })
  down.mockImplementation(() => Promise.reject(error))
  const outcome = expect(again().execute(down, callContext())).rejects.toBe(error)
  await clock.advance(1_000)
  await outcome
  expect(down).toHaveBeenCalledTimes(3)
  expect(error.cause).toBe('the network')
  expect(budget.hasGivenUpOn(error)).toBe(true)
  expect(budget.snapshot()).toMatchObject({ balance: 0, granted: 2, refused: 1 })
  expect(clock.pending).toBe(0)
})

test('retry: the error of a call that had no budget from the start is known as given up', async () => {
  const { budget, again, down } = setUp()
  while (budget.withdraw());
  const error = new Error('down')
  down.mockImplementation(() => Promise.reject(error))
  await expect(again().execute(down, callContext())).rejects.toBe(error)
  expect(down).toHaveBeenCalledTimes(1)
  expect(budget.hasGivenUpOn(error)).toBe(true)
})

test('retry: what is not tried again costs nothing', async () => {
  const { clock, budget, again, down } = setUp({ attempts: 5, backoff: [] })
  const asking = vi.fn(() => Promise.reject(Object.assign(new Error('busy'), { retryAfterMs: 10 })))
  await expect(again().execute(asking, callContext())).rejects.toThrow('busy')
  await expect(again({ attempts: 1 }).execute(down, callContext())).rejects.toThrow('down')
  await expect(again({ retryIf: () => false }).execute(down, callContext())).rejects.toThrow('down')
  await expect(again({ backoff: [1_000], maxDuration: '1s' }).execute(down, callContext())).rejects.toThrow()
  expect([asking.mock.calls.length, down.mock.calls.length]).toEqual([1, 3])
  expect(budget.snapshot()).toMatchObject({ balance: 2, granted: 0, refused: 0 })
  expect(clock.pending).toBe(0)
})

test('retry: an exhausted budget is published, so that it can be seen', async () => {
  const messages: RefusalMessage[] = []
  const stop = refusalChannel.subscribe((message) => messages.push(message))
  const { clock, again, down } = setUp({ attempts: 10 })
  const outcome = expect(again().execute(down, callContext())).rejects.toThrow('down')
  await clock.advance(1_000)
  await outcome
  stop()
  expect(messages).toMatchObject([{ name: 'retry-budget', reason: 'retry-budget-exhausted' }])
})

test('retry: successes pay for further attempts, of all that share the budget', async () => {
  const { clock, budget, again, down } = setUp({ attempts: 10 })
  const one = again({ name: 'one' })
  const failed = expect(one.execute(down, callContext())).rejects.toThrow('down')
  await clock.advance(1_000)
  await failed
  expect(budget.snapshot().balance).toBe(0)
  const other = again({ name: 'other' })
  for (let i = 0; i < 2; i++) await other.execute(async () => 'up', callContext())
  expect(budget.snapshot().balance).toBe(1)
  const later = other.execute(
    ({ attempt }) => (attempt === 1 ? Promise.reject(new Error('down')) : Promise.resolve('up')),
    callContext(),
  )
  await clock.advance(1_000)
  expect(await later).toBe('up')
})

test('retry: an attempt that an abort kept from being made is given back', async () => {
  const { clock, budget, again, down } = setUp()
  const controller = new AbortController()
  const outcome = expect(again().execute(down, callContext(controller.signal))).rejects.toThrow('enough')
  await clock.settle()
  expect(budget.snapshot()).toMatchObject({ balance: 1, granted: 1 })
  controller.abort(new Error('enough'))
  await outcome
  expect(budget.snapshot()).toMatchObject({ balance: 2, granted: 0 })
})

test('retry: an attempt that was made is not given back by a later abort', async () => {
  const { clock, budget, again } = setUp()
  const controller = new AbortController()
  const work = ({ attempt }: CallContext) =>
    attempt === 1 ? Promise.reject(new Error('down')) : new Promise<never>(() => {})
  const outcome = expect(again().execute(work, callContext(controller.signal))).rejects.toThrow('enough')
  await clock.advance(10)
  controller.abort(new Error('enough'))
  await outcome
  expect(budget.snapshot()).toMatchObject({ balance: 1, granted: 1 })
})

test('retry: without failures a call only pays in', async () => {
  const { budget, again } = setUp()
  budget.withdraw()
  await again().execute(async () => 'up', callContext())
  await again().execute(async () => 'up', callContext())
  expect(budget.snapshot()).toMatchObject({ balance: 2, granted: 1, refused: 0 })
})

test('retry: a refused result that is returned pays nothing in', async () => {
  const { clock, budget, again } = setUp({ attempts: 1, retryIfResult: () => true })
  budget.withdraw()
  for (let i = 0; i < 4; i++) await again().execute(async () => 'bad', callContext())
  expect(budget.snapshot().balance).toBe(1)
  expect(clock.pending).toBe(0)
})

test('retry: what a nested retry with the same budget gave up on is not repeated (amplification)', async () => {
  const { clock, budget, again, down } = setUp({ budget: retryBudget({}, { clock: manualClock() }) })
  const inner = again({ name: 'inner' })
  const outer = again({ name: 'outer' })
  const outcome = expect(
    outer.execute(() => inner.execute(down, callContext()), callContext()),
  ).rejects.toThrow()
  await clock.advance(1_000)
  await outcome
  expect(down).toHaveBeenCalledTimes(3)
  expect(budget.snapshot().granted).toBe(0)
})

test('retry: nor when its error comes as the cause of another', async () => {
  const { clock, again, down } = setUp()
  const nested = again()
  const wrapping = () =>
    nested.execute(down, callContext()).catch((cause: unknown) => {
      throw new Error('the weather is unknown', { cause })
    })
  const outcome = expect(again().execute(wrapping, callContext())).rejects.toThrow('the weather is unknown')
  await clock.advance(1_000)
  await outcome
  expect(down).toHaveBeenCalledTimes(3)
})

test('retry: nor when its last result was refused', async () => {
  const { clock, again } = setUp({ retryIfResult: () => true })
  const work = vi.fn(async () => ({ status: 503 }))
  const nested = again()
  const result = again().execute(() => nested.execute(work, callContext()), callContext())
  await clock.advance(1_000)
  expect(await result).toEqual({ status: 503 })
  expect(work).toHaveBeenCalledTimes(3)
})

test('retry: what a nested retry did not try again is tried again', async () => {
  const { clock, again, down } = setUp()
  const nested = again({ retryIf: () => false })
  const outcome = expect(
    again().execute(() => nested.execute(down, callContext()), callContext()),
  ).rejects.toThrow('down')
  await clock.advance(1_000)
  await outcome
  expect(down).toHaveBeenCalledTimes(3)
})

test('retry: an error object that an earlier call ended with is worth attempts again', async () => {
  const clock = manualClock()
  const budget = retryBudget({}, { clock })
  const policy = retry({ attempts: 3, backoff: 'constant', baseDelay: 10, budget }, { clock })
  const error = new Error('one for all calls')
  const work = vi.fn(() => Promise.reject(error))
  for (const calls of [3, 6]) {
    const outcome = expect(policy.execute(work, callContext())).rejects.toBe(error)
    await clock.advance(1_000)
    await outcome
    expect(work).toHaveBeenCalledTimes(calls)
  }
})

/** Retries inside each other, as one pipeline or as calls that make calls. */
function nested(clock: ManualClock, levels: readonly number[], budget: RetryBudget, asCalls: boolean) {
  const policies = levels.map((attempts, level) =>
    retry({ name: `level ${level}`, attempts, backoff: 'constant', baseDelay: 1, budget }, { clock }),
  )
  if (!asCalls) return pipeline(policies).execute
  return (work: () => Promise<never>) =>
    policies.reduceRight((inside, policy) => () => policy.execute(inside, callContext()), work)()
}

test('retry: retries that share a budget do not multiply, however deep they are nested', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 6 }),
      async (levels, asCalls, capacity) => {
        const clock = manualClock()
        const budget = retryBudget({ capacity, minimumPerSecond: 0.01 }, { clock })
        const work = vi.fn(() => Promise.reject(new Error('down')))
        const outcome = expect(nested(clock, levels, budget, asCalls)(work)).rejects.toThrow('down')
        await clock.advance(1_000)
        await outcome
        const innermost = levels.findLast((attempts) => attempts > 1) ?? 1
        expect(work).toHaveBeenCalledTimes(Math.min(innermost, 1 + capacity))
      },
    ),
    { numRuns: 150 },
  )
})

test('retry: calls at the same time never make more further attempts than the budget pays for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ startsAtMs: fc.nat(300), failures: fc.nat(5), abortsAfterMs: fc.option(fc.nat(60)) }),
        {
          minLength: 1,
          maxLength: 25,
          size: 'max',
        },
      ),
      fc.integer({ min: 1, max: 8 }),
      async (calls, capacity) => {
        const clock = manualClock()
        const budget = retryBudget({ capacity, minimumPerSecond: 0.01, share: 0.25 }, { clock })
        const policy = retry({ attempts: 4, backoff: 'constant', baseDelay: 20, budget }, { clock })
        let [begun, attempts, successes] = [0, 0, 0]
        for (const { startsAtMs, failures, abortsAfterMs } of calls) {
          clock.schedule(startsAtMs, () => {
            begun++
            const controller = new AbortController()
            if (abortsAfterMs !== null)
              clock.schedule(abortsAfterMs, () => controller.abort(new Error('enough')))
            const work = async ({ attempt }: CallContext) => {
              attempts++
              if (attempt <= failures) throw new Error('down')
              successes++
            }
            policy.execute(work, callContext(controller.signal)).catch(() => {})
          })
        }
        for (let step = 0; step < 50; step++) {
          await clock.advance(10)
          expect(attempts - begun).toBeLessThanOrEqual(capacity + successes * 0.25 + 0.01)
        }
        await clock.advance(1_000)
        expect(attempts - begun).toBe(budget.snapshot().granted)
        expect(clock.pending).toBe(0)
      },
    ),
    { numRuns: 100 },
  )
})
