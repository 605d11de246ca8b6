import { showValue } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { hedge } from '../hedge/hedge.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { callContext } from './caller-scope.ts'
import { pipeline } from './pipeline.ts'
import type { Policy } from './policy.ts'

const slots = bulkhead({ name: 'rates', concurrency: 1 })

test.each([
  [[undefined], 'policy 0 must be a policy, received undefined'],
  [[slots, {}], 'policy 1 must be a policy, received {}'],
  [[slots, slots], 'policy 1 must not be there before, received "bulkhead \\"rates\\" again"'],
  ['retry', 'policies must be a list of policies, received "retry"'],
])('pipeline: %j is refused', (policies, message) => {
  const make = pipeline as (policies: unknown) => unknown
  expect(() => make(policies)).toThrow(`Cannot make a pipeline: ${message}`)
})

test.each([
  [null, 'options must be an object, received null'],
  [{ signal: null }, 'its signal must be an AbortSignal, or left out, received null'],
  [{ key: 5 }, 'its key must be text, or left out, received 5'],
  [{ key: null }, 'its key must be text, or left out, received null'],
  [{ args: 'all' }, 'its args must be a list, or left out, received "all"'],
  [{ timeoutMs: '1s' }, 'its timeoutMs must be a number, or left out, received "1s"'],
  [{ cost: '3' }, 'its cost must be a number, or left out, received "3"'],
  [{ cost: null }, 'its cost must be a number, or left out, received null'],
  [{ faultRequest: 5 }, 'its faultRequest must be text, or left out, received 5'],
  [{ faultRequest: null }, 'its faultRequest must be text, or left out, received null'],
  [{ signal: 1 }, 'its signal must be an AbortSignal, or left out, received 1'],
  [{ priority: 10 }, 'its priority must be a whole number from 0 to 9, or left out, received 10'],
  [{ priority: Number.NaN }, 'its priority must be a whole number from 0 to 9, or left out, received NaN'],
])('pipeline: a call with %j is refused, in either form', async (options, message) => {
  const guarded = pipeline([slots])
  const call = { execute: guarded.execute, outcome: guarded.outcome } as Record<
    'execute' | 'outcome',
    (work: () => Promise<number>, options: unknown) => Promise<unknown>
  >
  await expect(call.execute(async () => 1, options)).rejects.toThrow(`Cannot make a call: ${message}`)
  await expect(call.outcome(async () => 1, options)).rejects.toThrow(`Cannot make a call: ${message}`)
  expect(slots.snapshot().active).toBe(0)
})

test.each([undefined, null, 5, 'work', {}, Promise.resolve(1)])(
  'pipeline: a call without work, but with %s, is refused before any policy sees it',
  async (work) => {
    const breaker = circuitBreaker({ name: 'rates' })
    const message = `Cannot make a call: its work must be a function, received ${showValue(work)}`
    const wrong = { code: 'ERR_INVALID_OPTION', message }
    for (const guarded of [pipeline([]), pipeline([breaker, slots]), pipeline([timeout(), breaker])]) {
      await expect(guarded.execute(work as never)).rejects.toMatchObject(wrong)
      await expect(guarded.outcome(work as never)).rejects.toMatchObject(wrong)
      await expect(guarded.execute(work as never, {})).rejects.toMatchObject(wrong)
    }
    for (const policy of [breaker, slots, timeout(), retry(), hedge()]) {
      await expect(policy.execute(work as never, callContext())).rejects.toMatchObject(wrong)
    }
    expect(breaker.snapshot().counts).toMatchObject({ ok: 0, failed: 0 })
    expect(slots.snapshot().refused).toBe(0)
  },
)

test.each([undefined, null, 5])('policy: a call with %s as its context is refused', async (context) => {
  for (const policy of [slots, timeout(), retry(), hedge()]) {
    await expect(policy.execute(async () => 1, context as never)).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
      message: `Cannot make a call: its context must be that of a call, or one made by callContext, received ${context}`,
    })
  }
})

test('callContext: refuses what is no signal', () => {
  expect(() => callContext(null as never)).toThrow(
    'its signal must be an AbortSignal, or left out, received null',
  )
})

test('pipeline: wishes that nobody knows are not looked at', async () => {
  expect(await pipeline([slots]).execute(async () => 1, { priorty: 12 } as never)).toBe(1)
})

test.each(['then', 'constructor'])(
  'pipeline: a promise whose own %s throws is a failure, and keeps no slot',
  async (key) => {
    const policies: readonly Policy[] = [slots, timeout({ limit: '1s' })]
    const odd = (): Promise<number> =>
      Object.defineProperty(Promise.resolve(1), key, {
        get: () => {
          throw new Error('odd promise')
        },
      })
    for (const guarded of [pipeline([slots]), pipeline(policies)]) {
      await expect(guarded.execute(odd)).rejects.toThrow('odd promise')
      expect(slots.snapshot().active).toBe(0)
    }
  },
)
