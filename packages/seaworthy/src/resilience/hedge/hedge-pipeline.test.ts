import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { manualClock, type ManualClock } from 'seaworthy/core'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { retryBudget } from '../budget/retry-budget.ts'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { BranchScope } from '../engine/branch-scope.ts'
import { callContext } from '../engine/caller-scope.ts'
import type { CallContext } from '../engine/call-context.ts'
import { pipeline } from '../engine/pipeline.ts'
import { scopeOf } from '../engine/scope-of.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { hedge } from './hedge.ts'

const hang = (): Promise<never> => new Promise(() => {})

/** Work whose attempts are ended by the test. */
function steered() {
  const attempts: (PromiseWithResolvers<string> & { readonly context: CallContext })[] = []
  const work = (context: CallContext): Promise<string> => {
    const attempt = { ...Promise.withResolvers<string>(), context }
    attempts.push(attempt)
    return attempt.promise
  }
  return { attempts, work }
}

test('hedge: counts as one call for a breaker around it', async () => {
  const clock = manualClock()
  const breaker = circuitBreaker({ name: 'weather' }, { clock })
  const guarded = pipeline([breaker, hedge({ delay: 10, max: 3 }, { clock })])
  const { attempts, work } = steered()
  const answered = guarded.execute(work)
  await clock.advance(100)
  expect(attempts.length).toBe(4)
  attempts[2]?.resolve('third')
  expect(await answered).toBe('third')
  expect(breaker.snapshot().counts).toMatchObject({ ok: 1, failed: 0, ignored: 0 })

  const failed = expect(guarded.execute(() => Promise.reject(new Error('down')))).rejects.toThrow('down')
  await failed
  expect(breaker.snapshot().counts).toMatchObject({ ok: 1, failed: 1, ignored: 0 })
})

test('hedge: a breaker inside counts each attempt, and a loser says nothing', async () => {
  const clock = manualClock()
  const breaker = circuitBreaker({ name: 'weather' }, { clock })
  const guarded = pipeline([hedge({ delay: 10, max: 2 }, { clock }), breaker])
  const { attempts, work } = steered()
  const answered = guarded.execute(work)
  await clock.advance(100)
  attempts[0]?.reject(new Error('down'))
  await clock.settle()
  attempts[1]?.resolve('second')
  await answered
  expect(breaker.snapshot().counts).toMatchObject({ ok: 1, failed: 1, ignored: 1 })
})

test('hedge: a timeout around it ends all attempts with its own reason', async () => {
  const clock = manualClock()
  const guarded = pipeline([timeout({ limit: 50 }, { clock }), hedge({ delay: 10, max: 2 }, { clock })])
  const { attempts, work } = steered()
  const outcome = expect(guarded.execute(work)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  await clock.advance(50)
  await outcome
  expect(attempts.map(({ context }) => (context.signal.reason as { code: string }).code)).toEqual([
    'ERR_TIMEOUT',
    'ERR_TIMEOUT',
    'ERR_TIMEOUT',
  ])
  expect(clock.pending).toBe(0)
})

test('hedge: a timeout inside it ends one attempt alone', async () => {
  const clock = manualClock()
  const guarded = pipeline([hedge({ delay: 30 }, { clock }), timeout({ limit: 50 }, { clock })])
  const { attempts, work } = steered()
  const result = guarded.execute(work)
  await clock.advance(50)
  expect(attempts.map(({ context }) => context.signal.aborted)).toEqual([true, false])
  attempts[1]?.resolve('second')
  expect(await result).toBe('second')
})

test('hedge: a bulkhead around it keeps the slot until the work of the losers has ended', async () => {
  const clock = manualClock()
  const slots = bulkhead({ name: 'weather', concurrency: 1, queue: 0 }, { clock })
  const guarded = pipeline([slots, hedge({ delay: 10 }, { clock })])
  const { attempts, work } = steered()
  const result = guarded.execute(work)
  await clock.advance(10)
  attempts[1]?.resolve('second')
  expect(await result).toBe('second')
  expect(slots.snapshot().active).toBe(1)
  attempts[0]?.reject(new Error('aborted at last'))
  await clock.settle()
  expect(slots.snapshot().active).toBe(0)
})

test('hedge: attempts that only waited for a slot of our own say nothing to a breaker around it', async () => {
  const clock = manualClock()
  const breaker = circuitBreaker({ name: 'weather' }, { clock })
  const slots = bulkhead({ name: 'weather', concurrency: 1, queue: 10 }, { clock })
  const { attempts, work } = steered()
  const first = slots.execute(work, callContext())
  const guarded = pipeline([
    timeout({ limit: 50 }, { clock }),
    breaker,
    hedge({ delay: 10 }, { clock }),
    slots,
  ])
  const waiting = expect(guarded.execute(work)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  await clock.advance(50)
  await waiting
  expect(breaker.snapshot().counts).toMatchObject({ failed: 0, ignored: 1 })
  attempts[0]?.resolve('first')
  await first

  const working = expect(guarded.execute(work)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
  await clock.advance(50)
  await working
  expect(breaker.snapshot().counts).toMatchObject({ failed: 1, ignored: 1 })
})

test('hedge: the signal of an attempt that answered is not aborted while a retry around it waits', async () => {
  const clock = manualClock()
  const guarded = pipeline([
    retry({ backoff: 'constant', retryIfResult: () => true }, { clock }),
    hedge({ delay: 10 }, { clock }),
  ])
  const { attempts, work } = steered()
  const controller = new AbortController()
  const outcome = expect(guarded.execute(work, { signal: controller.signal })).rejects.toThrow('enough')
  const signal = attempts[0]?.context.signal
  attempts[0]?.resolve('refused')
  await clock.settle()
  controller.abort(new Error('enough'))
  await outcome
  expect(signal?.aborted).toBe(false)
  expect(attempts.length).toBe(1)
})

test('hedge: of a loser that was timed out and tried again inside, the work of the last attempt is discarded', async () => {
  const clock = manualClock()
  const discard = vi.fn()
  const guarded = pipeline([
    hedge({ delay: 100, discard }, { clock }),
    retry({ backoff: [10] }, { clock }),
    timeout({ limit: 50 }, { clock }),
  ])
  const { attempts, work } = steered()
  const result = guarded.execute(work)
  await clock.advance(100)
  expect(attempts.length).toBe(3)
  attempts[0]?.reject(new Error('timed out long ago'))
  await clock.settle()
  attempts[2]?.resolve('hedged')
  expect(await result).toBe('hedged')
  attempts[1]?.resolve('late')
  await clock.settle()
  expect(discard.mock.calls).toEqual([['late']])
})

test('hedge: the results that a retry inside it refused are freed by that retry alone', async () => {
  const clock = manualClock()
  const [discard, discardRefused] = [vi.fn(), vi.fn()]
  const guarded = pipeline([
    hedge({ delay: 10, discard }, { clock }),
    retry(
      {
        backoff: 'constant',
        baseDelay: 1_000,
        retryIfResult: (result) => result === 'refused',
        discard: discardRefused,
      },
      { clock },
    ),
  ])
  const { attempts, work } = steered()
  const result = guarded.execute(work)
  attempts[0]?.resolve('refused')
  await clock.advance(10)
  attempts[1]?.resolve('good')
  expect(await result).toBe('good')
  await clock.advance(60_000)
  expect(attempts.length).toBe(2)
  expect(discardRefused.mock.calls).toEqual([['refused']])
  expect(discard).not.toHaveBeenCalled()
})

test('hedge: a retry around it tries again when all have failed, from the same budget', async () => {
  const clock = manualClock()
  const budget = retryBudget({ capacity: 2, minimumPerSecond: 0.01 }, { clock })
  const guarded = pipeline([
    retry({ attempts: 5, backoff: 'constant', baseDelay: 0, budget }, { clock }),
    hedge({ delay: 10, budget }, { clock }),
  ])
  const slow = vi.fn(
    () =>
      new Promise<never>((_, reject) => {
        clock.schedule(20, () => reject(new Error('down')))
      }),
  )
  const outcome = expect(guarded.execute(slow)).rejects.toThrow('down')
  await clock.advance(1_000)
  await outcome
  expect(slow).toHaveBeenCalledTimes(3)
  expect(budget.snapshot()).toMatchObject({ balance: 0, granted: 2 })
})

test('hedge: starts nothing inside a branch that has ended', async () => {
  const branch = new BranchScope(scopeOf(callContext()), 1)
  branch.aborted(new Error('over'))
  const work = vi.fn(hang)
  await expect(hedge({}, { clock: manualClock() }).execute(work, branch)).rejects.toThrow('over')
  expect(work).not.toHaveBeenCalled()
})

interface Plan {
  readonly endsAfterMs: number
  readonly succeeds: boolean
}

const plan = fc.record({ endsAfterMs: fc.nat(120), succeeds: fc.boolean() })

/** Work whose attempts end as planned, in the order in which they start. */
function planned(clock: ManualClock, plans: readonly Plan[]) {
  const seen: { readonly startedAt: number; readonly context: CallContext }[] = []
  const work = (context: CallContext): Promise<number> => {
    const index = seen.length
    const { signal } = context
    expect(signal.aborted).toBe(false)
    seen.push({ startedAt: clock.now(), context })
    const { endsAfterMs, succeeds } = plans[index] ?? { endsAfterMs: 0, succeeds: false }
    return new Promise((resolve, reject) => {
      clock.schedule(endsAfterMs, () => (succeeds ? resolve(index) : reject(new Error(`failure ${index}`))))
    })
  }
  return { seen, work }
}

/** What must come of attempts that end as planned, told by looking at all times at once. */
function foretold(plans: readonly Plan[], delayMs: number) {
  let started = 1
  for (; started < plans.length; started++) {
    const dueAt = started * delayMs
    const before = plans
      .slice(0, started)
      .map((each, index) => ({ ...each, at: index * delayMs + each.endsAfterMs }))
    const isAnswered = before.some(({ succeeds, at }) => succeeds && at < dueAt)
    const haveAllFailed = before.every(({ succeeds, at }) => !succeeds && at < dueAt)
    if (isAnswered || haveAllFailed) break
  }
  const ends = plans
    .slice(0, started)
    .map((each, index) => ({ ...each, index, at: index * delayMs + each.endsAfterMs }))
  const first = ends.filter(({ succeeds }) => succeeds).toSorted((a, b) => a.at - b.at)[0]
  return { started, winner: first?.index }
}

test('hedge: whenever its attempts end, the first success answers, the rest are aborted, and nothing is left', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { minLength: 2, maxLength: 6 }),
      // With this fraction no two things fall on one moment, where either may come first.
      fc.integer({ min: 1, max: 60 }).map((ms) => ms + 0.37),
      async (plans, delayMs) => {
        const clock = manualClock()
        const discard = vi.fn()
        const policy = hedge({ delay: delayMs, max: plans.length - 1, discard }, { clock })
        const { seen, work } = planned(clock, plans)
        const result = policy.execute(work, callContext()).then(
          (value) => ({ value, error: undefined }),
          (error: Error) => ({ value: undefined, error }),
        )
        await clock.advance(10_000)
        const { value, error } = await result
        const expected = foretold(plans, delayMs)
        expect(seen.length).toBe(expected.started)
        expect(value).toBe(expected.winner)
        if (value === undefined) expect(error?.message).toBe('failure 0')
        else expect(seen[value]?.context.signal.aborted).toBe(false)
        const late = plans
          .slice(0, seen.length)
          .flatMap(({ succeeds }, index) => (succeeds && index !== value ? [index] : []))
        expect(
          discard.mock.calls.map(([discarded]) => discarded as number).toSorted((a, b) => a - b),
        ).toEqual(late)
        expect(clock.pending).toBe(0)
      },
    ),
    { numRuns: 150 },
  )
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
}, 60_000)
