import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { hedge } from '../hedge/hedge.ts'
import { rateLimit } from '../rate-limit/rate-limit.ts'
import { retry } from '../retry/retry.ts'
import { pipeline } from './pipeline.ts'
import type { Policy } from './policy.ts'

/** Calls that one signal ends together, as that of a process which stops. */
async function abortTogether(policies: readonly Policy[], calls: number) {
  const controller = new AbortController()
  const guarded = pipeline(policies)
  const begun: boolean[] = []
  const work = ({ signal }: { readonly signal: AbortSignal }): Promise<never> => {
    begun.push(signal.aborted)
    return Promise.reject(new Error('down'))
  }
  const outcomes = Array.from({ length: calls }, () => guarded.outcome(work, { signal: controller.signal }))
  await new Promise((resolve) => setImmediate(resolve))
  controller.abort(new Error('stop'))
  const ended = await Promise.all(outcomes)
  return { begun, errors: ended.map((outcome) => (outcome.ok ? undefined : String(outcome.error))) }
}

test('pipeline: of calls that end together, none that waits for the slot of another begins', async () => {
  const clock = manualClock()
  const slots = bulkhead({ name: 'weather', concurrency: 1, queue: 1_000 }, { clock })
  const waiting = retry({ attempts: 2, baseDelay: 1_000 }, { clock })
  const { begun, errors } = await abortTogether([slots, waiting], 1_000)
  expect(begun).toEqual([false])
  expect(new Set(errors)).toEqual(new Set(['Error: stop']))
  expect(slots.snapshot()).toMatchObject({ active: 0, waiting: 0 })
  expect(clock.pending).toBe(0)
})

test('pipeline: of calls that end together, none that waits for its turn begins', async () => {
  const clock = manualClock()
  const slots = bulkhead({ name: 'weather', concurrency: 1, queue: 10 }, { clock })
  const limit = rateLimit({ name: 'weather', limit: 2, queue: 10 }, { clock })
  const waiting = retry({ attempts: 2, baseDelay: 1_000 }, { clock })
  const { begun, errors } = await abortTogether([limit, slots, waiting], 10)
  expect(begun).toEqual([false])
  expect(new Set(errors)).toEqual(new Set(['Error: stop']))
  expect(slots.snapshot()).toMatchObject({ active: 0, waiting: 0 })
  expect(limit.snapshot().waiting).toBe(0)
  expect(clock.pending).toBe(0)
})

test('pipeline: of the attempts of one call that end together, none that waits for the slot of another begins', async () => {
  const clock = manualClock()
  const slots = bulkhead({ name: 'weather', concurrency: 1, queue: 10 }, { clock })
  const waiting = retry({ attempts: 2, baseDelay: 1_000 }, { clock })
  const controller = new AbortController()
  const begun: boolean[] = []
  const result = pipeline([hedge({ delay: 0, max: 3 }, { clock }), slots, waiting]).outcome(
    ({ signal }) => {
      begun.push(signal.aborted)
      return Promise.reject(new Error('down'))
    },
    { signal: controller.signal },
  )
  await clock.advance(1)
  controller.abort(new Error('stop'))
  expect(await result).toMatchObject({ error: { message: 'stop' } })
  await clock.settle()
  expect(begun).toEqual([false])
  expect(slots.snapshot()).toMatchObject({ active: 0, waiting: 0 })
  expect(clock.pending).toBe(0)
})
