import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, expect, test, vi } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { retryBudget } from '../budget/retry-budget.ts'
import { callContext } from '../engine/caller-scope.ts'
import type { CallContext } from '../engine/call-context.ts'
import { pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import { hedge, type Hedge } from './hedge.ts'
import type { HedgeOptions } from './hedge-options.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
  vi.restoreAllMocks()
})

/** One attempt as its work sees it, to be ended by the test. */
interface Branch extends PromiseWithResolvers<string> {
  readonly context: CallContext
  readonly startedAt: number
}

function setUp(options: HedgeOptions = {}, outside: readonly Policy[] = [], inside: readonly Policy[] = []) {
  const clock = manualClock()
  const policy = hedge({ delay: 100, ...options }, { clock })
  const guarded = pipeline([...outside, policy, ...inside])
  const branches: Branch[] = []
  const work = (context: CallContext): Promise<string> => {
    const { signal } = context
    expect(signal.aborted).toBe(false)
    const branch = { ...Promise.withResolvers<string>(), context, startedAt: clock.now() }
    branches.push(branch)
    return branch.promise
  }
  const branch = (index: number): Branch => {
    const found = branches[index]
    if (found === undefined) throw new Error(`attempt ${index} was not started`)
    return found
  }
  return { clock, policy, guarded, branches, branch, work }
}

const reasonOf = ({ context }: Branch): unknown => context.signal.reason

test('hedge: an answer before the delay is over is the only attempt', async () => {
  const { clock, guarded, branches, branch, work } = setUp()
  const result = guarded.execute(work)
  await clock.advance(99)
  branch(0).resolve('first')
  expect(await result).toBe('first')
  await clock.advance(60_000)
  expect(branches.length).toBe(1)
  expect(clock.pending).toBe(0)
})

test('hedge: starts a further attempt when the first has not answered after the delay', async () => {
  const { clock, guarded, branches, branch, work } = setUp()
  const result = guarded.execute(work)
  await clock.advance(99)
  expect(branches.length).toBe(1)
  await clock.advance(1)
  expect(branches.map(({ startedAt }) => startedAt)).toEqual([0, 100])
  expect(branches.map(({ context }) => context.attempt)).toEqual([1, 2])
  branch(1).resolve('second')
  expect(await result).toBe('second')
  expect(clock.pending).toBe(0)
})

test('hedge: starts at most as many as it may, each after another delay', async () => {
  const { clock, guarded, branches, branch, work } = setUp({ max: 2 })
  const result = guarded.execute(work)
  await clock.advance(10_000)
  expect(branches.map(({ startedAt }) => startedAt)).toEqual([0, 100, 200])
  branch(2).resolve('third')
  expect(await result).toBe('third')
})

test('hedge: a delay of 0 starts all at once', async () => {
  const { clock, guarded, branches, branch, work } = setUp({ delay: 0, max: 5 })
  const result = guarded.execute(work)
  await clock.advance(0)
  expect(branches.length).toBe(6)
  branch(3).resolve('fourth')
  expect(await result).toBe('fourth')
})

test('hedge: losers are aborted with a coded reason', async () => {
  const { clock, guarded, branch, work } = setUp({ name: 'weather', max: 2 })
  const result = guarded.execute(work)
  await clock.advance(200)
  branch(1).resolve('second')
  await result
  for (const loser of [branch(0), branch(2)]) {
    expect(reasonOf(loser)).toMatchObject({
      code: 'ERR_HEDGE_LOST',
      details: { name: 'weather', winner: 2 },
      message:
        'Cannot use an attempt of "weather": must be the first to answer, received the answer of attempt 2 before',
    })
  }
})

test("hedge: the winner's signal is never aborted, also when the caller aborts later", async () => {
  const { clock, guarded, branch, work } = setUp()
  const controller = new AbortController()
  const result = guarded.execute(work, { signal: controller.signal })
  await clock.advance(100)
  branch(1).resolve('second')
  await result
  controller.abort(new Error('after the answer'))
  expect(branch(1).context.signal.aborted).toBe(false)
  expect(reasonOf(branch(0))).toMatchObject({ code: 'ERR_HEDGE_LOST' })
})

test('hedge: the rejection of a loser is handled (azure-cosmos-dotnet #6030)', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  cleanups.push(() => process.off('unhandledRejection', unhandled))
  for (const isAlone of [false, true]) {
    const { clock, policy, guarded, branch, work } = setUp({ max: 2 })
    const result = isAlone ? policy.execute(work, callContext()) : guarded.execute(work)
    await clock.advance(200)
    branch(1).resolve('second')
    expect(await result).toBe('second')
    branch(0).reject(new Error('aborted'))
    branch(2).reject(new Error('too late'))
    await clock.settle()
  }
  expect(unhandled).not.toHaveBeenCalled()
})

test('hedge: fails with the error of the first attempt, and only when all have failed', async () => {
  const { clock, guarded, branch, work } = setUp()
  const settled = vi.fn()
  const result = guarded.execute(work)
  result.catch(settled)
  await clock.advance(100)
  branch(0).reject(new Error('first'))
  await clock.settle()
  expect(settled).not.toHaveBeenCalled()
  branch(1).reject(new Error('second'))
  await expect(result).rejects.toThrow('first')
  expect(clock.pending).toBe(0)
})

test('hedge: a further attempt may still answer when the first has failed', async () => {
  const { clock, guarded, branch, work } = setUp({ max: 2 })
  const result = guarded.execute(work)
  await clock.advance(100)
  branch(0).reject(new Error('first'))
  await clock.advance(100)
  branch(1).reject(new Error('second'))
  branch(2).resolve('third')
  expect(await result).toBe('third')
})

test('hedge: a failure before the delay is over is left to retries', async () => {
  const { clock, guarded, branches, branch, work } = setUp()
  const outcome = expect(guarded.execute(work)).rejects.toThrow('at once')
  branch(0).reject(new Error('at once'))
  await outcome
  await clock.advance(60_000)
  expect(branches.length).toBe(1)
  expect(clock.pending).toBe(0)
})

test('hedge: work that throws at once, or answers without a promise, is settled like any other', async () => {
  const { policy, guarded, clock } = setUp()
  const broken = (): never => {
    throw new TypeError('broken')
  }
  await expect(guarded.execute(broken)).rejects.toThrow('broken')
  await expect(policy.execute(broken, callContext())).rejects.toThrow('broken')
  expect(await guarded.execute((() => 5) as never)).toBe(5)
  expect(await policy.execute((() => 5) as never, callContext())).toBe(5)
  expect(clock.pending).toBe(0)
})

test('hedge: an abort of the caller reaches every attempt with its own reason and starts no other', async () => {
  for (const isAlone of [false, true]) {
    const discard = vi.fn()
    const { clock, policy, guarded, branches, branch, work } = setUp({ max: 2, discard })
    const controller = new AbortController()
    const { signal } = controller
    const result = isAlone ? policy.execute(work, callContext(signal)) : guarded.execute(work, { signal })
    const reason = new Error('user cancelled')
    const outcome = expect(result).rejects.toBe(reason)
    await clock.advance(100)
    controller.abort(reason)
    await outcome
    expect([reasonOf(branch(0)), reasonOf(branch(1))]).toEqual([reason, reason])
    branch(1).resolve('late')
    await clock.advance(60_000)
    expect(discard.mock.calls).toEqual([['late']])
    expect(branches.length).toBe(2)
    expect(clock.pending).toBe(0)
  }
})

test('hedge: an abort in the very step in which an attempt starts ends the call and starts no other', async () => {
  const { clock, guarded } = setUp({ max: 2 })
  for (const abortsAt of [1, 2]) {
    const controller = new AbortController()
    const work = vi.fn(({ attempt }: CallContext) => {
      if (attempt === abortsAt) controller.abort(new Error('enough'))
      return new Promise<never>(() => {})
    })
    const outcome = expect(guarded.execute(work, { signal: controller.signal })).rejects.toThrow('enough')
    await clock.advance(10_000)
    await outcome
    expect(work).toHaveBeenCalledTimes(abortsAt)
    expect(clock.pending).toBe(0)
  }
})

test('hedge: a call that was aborted before does not start', async () => {
  const { policy, branches, work } = setUp()
  const signal = AbortSignal.abort(new Error('before'))
  await expect(policy.execute(work, callContext(signal))).rejects.toThrow('before')
  expect(branches).toEqual([])
})

test('hedge: the late result of a loser is discarded, once; that of the winner is not', async () => {
  for (const isAlone of [false, true]) {
    const discard = vi.fn()
    const { clock, policy, guarded, branch, work } = setUp({ discard, max: 2 })
    const result = isAlone ? policy.execute(work, callContext()) : guarded.execute(work)
    await clock.advance(200)
    branch(1).resolve('second')
    expect(await result).toBe('second')
    expect(discard).not.toHaveBeenCalled()
    branch(0).resolve('first')
    branch(2).reject(new Error('aborted'))
    await clock.settle()
    expect(discard.mock.calls).toEqual([['first']])
  }
})

test('hedge: of two answers in the same step one is the result and the other is discarded', async () => {
  for (const isAlone of [false, true]) {
    const discard = vi.fn()
    const { clock, policy, guarded, branch, work } = setUp({ discard })
    const result = isAlone ? policy.execute(work, callContext()) : guarded.execute(work)
    await clock.advance(100)
    branch(1).resolve('second')
    branch(0).resolve('first')
    expect(await result).toBe('second')
    await clock.settle()
    expect(discard.mock.calls).toEqual([['first']])
  }
})

test('hedge: a failure of the hook that discards changes nothing', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { clock, guarded, branch, work } = setUp({
    discard: () => {
      throw new Error('broken hook')
    },
  })
  const result = guarded.execute(work)
  await clock.advance(100)
  branch(1).resolve('second')
  branch(0).resolve('first')
  expect(await result).toBe('second')
  await clock.settle()
  expect(warned).toHaveBeenCalledTimes(1)
})

test('hedge: a further attempt is paid for by the budget, and an exhausted one means no hedging', async () => {
  const clock = manualClock()
  const budget = retryBudget({ capacity: 1, minimumPerSecond: 0.01, share: 0.5 }, { clock })
  const policy = hedge({ delay: 100, max: 2, budget }, { clock })
  const never = vi.fn(() => new Promise<string>(() => {}))
  void policy.execute(never, callContext())
  await clock.advance(10_000)
  expect(never).toHaveBeenCalledTimes(2)
  expect(policy.snapshot()).toMatchObject({ started: 1, refused: 1, won: 0 })
  expect(clock.pending).toBe(0)

  for (let i = 0; i < 2; i++) await policy.execute(async () => 'fast', callContext())
  expect(budget.snapshot()).toMatchObject({ balance: 1, granted: 1, refused: 1 })
  void policy.execute(never, callContext())
  await clock.advance(100)
  expect(never).toHaveBeenCalledTimes(4)
})

test('hedge: an attempt that begins by a timer runs in the async context of its call', async () => {
  const storage = new AsyncLocalStorage<string>()
  const { clock, guarded } = setUp()
  const seen: (string | undefined)[] = []
  const work = (): Promise<string> => {
    seen.push(storage.getStore())
    return seen.length === 2 ? Promise.resolve('hedged') : new Promise(() => {})
  }
  const result = storage.run('call', () => guarded.execute(work))
  await storage.run('somebody else', () => clock.advance(100))
  expect(await result).toBe('hedged')
  expect(seen).toEqual(['call', 'call'])
})

async function callsOf(policy: Hedge, count: number, answer: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < count; i++) await policy.execute(answer, callContext())
}

test('hedge: with a quantile nothing is hedged before enough latencies were seen', async () => {
  const { clock, policy } = setUp({ delay: { quantile: 0.9, samples: 10 } })
  const slow = vi.fn(async () => {
    await clock.advance(40)
  })
  await callsOf(policy, 9, slow)
  expect(policy.snapshot()).toEqual({
    name: 'hedge',
    delayMs: undefined,
    samples: 9,
    started: 0,
    won: 0,
    refused: 0,
  })
  await callsOf(policy, 1, slow)
  expect(policy.snapshot()).toMatchObject({ delayMs: 42, samples: 10 })
  expect(slow).toHaveBeenCalledTimes(10)

  const hung = vi.fn(({ attempt }: CallContext) =>
    attempt === 1 ? new Promise(() => {}) : Promise.resolve(),
  )
  const result = policy.execute(hung, callContext())
  await clock.advance(41)
  expect(hung).toHaveBeenCalledTimes(1)
  await clock.advance(1)
  await result
  expect(policy.snapshot()).toMatchObject({ started: 1, won: 1 })
})

test('hedge: the quantile does not shrink because hedges cut slow attempts short', async () => {
  const { clock, policy } = setUp({ delay: { quantile: 0.9, samples: 10 } })
  const answerAfter = (ms: number) => async () => {
    await clock.advance(ms)
  }
  await callsOf(policy, 9, answerAfter(10))
  await callsOf(policy, 1, answerAfter(20))
  expect(policy.snapshot()).toMatchObject({ delayMs: 10.5, samples: 10 })
  for (let i = 0; i < 5; i++) {
    const result = policy.execute(
      ({ attempt }) => (attempt === 1 ? new Promise(() => {}) : Promise.resolve()),
      callContext(),
    )
    await clock.advance(10_000)
    await result
  }
  // Five of fifteen first attempts took longer than ten milliseconds, so the quantile cannot be ten any more.
  const { delayMs, samples, won } = policy.snapshot()
  expect([samples, won]).toEqual([15, 5])
  expect(delayMs).toBeGreaterThan(10.5)
})

test('hedge: failures and aborts before the delay say nothing about latency, later ones do', async () => {
  const { clock, policy, work, branch } = setUp({ delay: { quantile: 0.9, samples: 10 } })
  await callsOf(policy, 10, async () => {
    await clock.advance(10)
  })
  const failing = (ms: number) => async () => {
    await clock.advance(ms)
    throw new Error('down')
  }
  await expect(policy.execute(failing(1), callContext())).rejects.toThrow('down')
  const controller = new AbortController()
  const aborted = expect(policy.execute(work, callContext(controller.signal))).rejects.toThrow()
  controller.abort(new Error('enough'))
  await aborted
  expect(policy.snapshot().samples).toBe(10)

  const { delayMs = 0 } = policy.snapshot()
  const atDelay = expect(
    policy.execute(
      () =>
        new Promise((_, reject) => clock.schedule(delayMs, () => reject(new Error('as long as the delay')))),
      callContext(),
    ),
  ).rejects.toThrow('as long as the delay')
  await clock.advance(delayMs)
  await atDelay
  expect(policy.snapshot().samples).toBe(11)

  const slow = expect(policy.execute(work, callContext())).rejects.toThrow('first')
  await clock.advance(30)
  branch(1).reject(new Error('first'))
  branch(2).reject(new Error('second'))
  await slow
  expect(policy.snapshot().samples).toBe(12)
})
