import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { hedge } from '../hedge/hedge.ts'
import { timeout } from '../timeout/timeout.ts'
import type { CallContext } from './call-context.ts'
import { pipeline } from './pipeline.ts'
import type { Policy } from './policy.ts'

const never = (): Promise<never> => new Promise(() => {})

/** Which of the objects are still in memory. */
async function leftOf(objects: readonly WeakRef<object>[]): Promise<readonly boolean[]> {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  // A weak reference holds on until its step is over.
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  return objects.map((object) => object.deref() !== undefined)
}

/** A policy of somebody's own that makes so many calls of one. */
function repeating(times: number): Policy {
  return {
    kind: 'repeating',
    name: 'repeating',
    execute: async (next, context) => {
      for (let call = 1; call < times; call++) await next(context)
      return await next(context)
    },
    describe: () => ({}),
  }
}

test('pipeline: a signal that outlives its calls keeps none of them', async () => {
  const clock = manualClock()
  const guarded = pipeline([timeout({ limit: 100 }, { clock })])
  const { signal } = new AbortController()
  const contexts: WeakRef<CallContext>[] = []
  const call = async (end: () => Promise<unknown>, afterMs = 0): Promise<void> => {
    const result = guarded.outcome(
      (context) => {
        contexts.push(new WeakRef(context))
        return end()
      },
      { signal },
    )
    await clock.advance(afterMs)
    await result
  }
  await call(async () => 'fine')
  await call(() => Promise.reject(new Error('down')))
  await call(never, 100)
  await clock.settle()
  expect(await leftOf(contexts)).toEqual([false, false, false])
  expect(signal.aborted).toBe(false)
})

test.each([[[]], [[hedge({ delay: 1_000 })]]] as const)(
  'pipeline: a call that goes on keeps none of the calls that have ended inside it (inside %o)',
  async (inside) => {
    const clock = manualClock()
    const contexts: WeakRef<CallContext>[] = []
    const guarded = pipeline([repeating(4), ...inside, timeout({ limit: 100 }, { clock })])
    const result = guarded.outcome((context) => {
      contexts.push(new WeakRef(context))
      return contexts.length === 4 ? never() : Promise.resolve()
    })
    await clock.settle()
    expect(await leftOf(contexts)).toEqual([false, false, false, true])
    await clock.advance(100)
    expect(await result).toMatchObject({ ok: false })
  },
)

test('pipeline: a policy of somebody else that goes on after the call was ended begins no work', async () => {
  const clock = manualClock()
  const errors: unknown[] = []
  const stubborn: Policy = {
    kind: 'stubborn',
    name: 'stubborn',
    execute: async (next, context) => {
      try {
        return await next(context)
      } catch {
        return await next(context).catch((error: unknown) => {
          errors.push(error)
          throw error
        })
      }
    },
    describe: () => ({}),
  }
  const guarded = pipeline([timeout({ limit: 10 }, { clock }), stubborn])
  let calls = 0
  const result = guarded.outcome(({ signal }) => {
    calls++
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  await clock.advance(10)
  expect(await result).toMatchObject({ error: { code: 'ERR_TIMEOUT' } })
  await clock.settle()
  expect([calls, errors]).toEqual([1, [expect.objectContaining({ code: 'ERR_TIMEOUT' })]])
})

test.each([
  [[]],
  [[repeating(1)]],
  [[hedge({ delay: 1_000 })]],
  [[hedge({ delay: 1_000 }), repeating(1)]],
] as const)('pipeline: the work sees the deadline of the whole call also through %o', async (between) => {
  const clock = manualClock()
  const whole = timeout({ limit: 100 }, { clock })
  const seen = async ({ deadlineMs }: CallContext): Promise<number | undefined> => deadlineMs
  const longer = timeout({ limit: 500 }, { clock })
  expect(await pipeline([whole, ...between]).execute(seen)).toBe(100)
  expect(await pipeline([whole, ...between, longer]).execute(seen)).toBe(100)
  expect(await pipeline([longer, ...between, whole]).execute(seen)).toBe(100)
  expect(await pipeline(between).execute(seen)).toBeUndefined()
})
