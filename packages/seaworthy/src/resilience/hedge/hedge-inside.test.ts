import { expect, test, vi } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { callContext } from '../engine/caller-scope.ts'
import type { CallContext, Work } from '../engine/call-context.ts'
import { pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import { hedge } from './hedge.ts'
import type { HedgeOptions } from './hedge-options.ts'

/** A hedge that a policy of one's own hands other work than what is inside it: no pipeline stands between the two. */
function setUp(options: HedgeOptions = {}) {
  const clock = manualClock()
  const policy = hedge({ delay: 100, ...options }, { clock })
  const attempts: (PromiseWithResolvers<string> & { readonly signal: AbortSignal })[] = []
  const work = ({ signal }: CallContext): Promise<string> => {
    const attempt = { ...Promise.withResolvers<string>(), signal }
    attempts.push(attempt)
    return attempt.promise
  }
  const executeWith = (other: Work<unknown>, signal?: AbortSignal): Promise<unknown> => {
    const own: Policy = {
      kind: 'own',
      name: 'own',
      execute: <T>(_next: Work<T>, context: CallContext) => policy.execute(other, context) as Promise<T>,
      describe: () => ({}),
    }
    return pipeline([own]).execute(() => Promise.reject(new Error('not this')), { signal })
  }
  return { clock, attempts, work, executeWith }
}

test("hedge: inside a policy of one's own the losers alone are aborted, and their late results discarded", async () => {
  const discard = vi.fn()
  const { clock, attempts, work, executeWith } = setUp({ discard, max: 2 })
  const result = executeWith(work)
  await clock.advance(200)
  attempts[1]?.resolve('second')
  expect(await result).toBe('second')
  expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, false, true])
  attempts[0]?.resolve('first')
  attempts[2]?.reject(new Error('aborted'))
  await clock.settle()
  expect(discard.mock.calls).toEqual([['first']])
  expect(clock.pending).toBe(0)
})

test('hedge: an attempt that failed before is not aborted when another one answers', async () => {
  const { clock, attempts, work, executeWith } = setUp({ max: 2 })
  const result = executeWith(work)
  await clock.advance(200)
  attempts[0]?.reject(new Error('first'))
  await clock.settle()
  attempts[1]?.resolve('second')
  expect(await result).toBe('second')
  expect(attempts.map(({ signal }) => signal.aborted)).toEqual([false, false, true])
})

test('hedge: an abort settles the call also when its work takes no notice', async () => {
  const discard = vi.fn()
  const { clock, attempts, work, executeWith } = setUp({ discard, max: 3 })
  const controller = new AbortController()
  const reason = new Error('user cancelled')
  const outcome = expect(executeWith(work, controller.signal)).rejects.toBe(reason)
  await clock.advance(100)
  controller.abort(reason)
  await outcome
  expect(attempts.map(({ signal }) => signal.reason as unknown)).toEqual([reason, reason])
  expect(clock.pending).toBe(0)
  attempts[0]?.resolve('late')
  await clock.settle()
  expect(discard.mock.calls).toEqual([['late']])
})

test('hedge: given up by what is around it, it ends itself, whatever its work does', async () => {
  const clock = manualClock()
  const policy = hedge({ delay: 100 }, { clock })
  const settled = vi.fn()
  const own: Policy = {
    kind: 'own',
    name: 'own',
    execute: <T>(_next: Work<T>, context: CallContext) => {
      const result = policy.execute(() => new Promise<never>(() => {}), context)
      result.catch(settled)
      return result as Promise<T>
    },
    describe: () => ({}),
  }
  const controller = new AbortController()
  const outcome = expect(
    pipeline([own]).execute(async () => 1, { signal: controller.signal }),
  ).rejects.toThrow('enough')
  const reason = new Error('enough')
  controller.abort(reason)
  await outcome
  expect(settled).toHaveBeenCalledExactlyOnceWith(reason)
  expect(clock.pending).toBe(0)
})

test("hedge: inside a policy of one's own, work that throws at once or gives a plain value is settled like any other", async () => {
  const { clock, executeWith } = setUp()
  await expect(
    executeWith(() => {
      throw new TypeError('broken')
    }),
  ).rejects.toThrow('broken')
  expect(await executeWith((() => 5) as never)).toBe(5)
  expect(clock.pending).toBe(0)
})

test('hedge: a context that was made elsewhere is followed, too', async () => {
  const clock = manualClock()
  const policy = hedge({}, { clock })
  const controller = new AbortController()
  const { signal } = controller
  const outcome = expect(policy.execute(() => new Promise(() => {}), { signal, attempt: 1 })).rejects.toThrow(
    'enough',
  )
  controller.abort(new Error('enough'))
  await outcome
  expect(await policy.execute(async ({ attempt }) => attempt, callContext())).toBe(1)
})
