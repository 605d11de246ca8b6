import { expect, test } from 'vitest'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { timeout } from '../timeout/timeout.ts'
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
