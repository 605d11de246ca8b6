import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { pipeline } from './pipeline.ts'
import type { Policy } from './policy.ts'

/** A call whose attempts all hang and are given up one after the other, and then end as the test likes. */
async function threeStrays(policies: (around: { slots: Policy; again: Policy }) => readonly Policy[]) {
  const clock = manualClock()
  const slots = bulkhead({ name: 'weather', concurrency: 3 }, { clock })
  const again = retry({ attempts: 3, baseDelay: 0, backoff: 'constant' }, { clock })
  const guarded = pipeline([...policies({ slots, again }), timeout({ limit: 10 }, { clock })])
  const works: PromiseWithResolvers<void>[] = []
  const result = guarded.outcome(() => {
    const work = Promise.withResolvers<void>()
    works.push(work)
    return work.promise
  })
  await clock.advance(100)
  expect(await result).toMatchObject({ error: { code: 'ERR_TIMEOUT' } })
  expect(works).toHaveLength(3)
  const taken = (): readonly number[] => {
    const { active, abandoned } = slots.snapshot()
    return [active, abandoned]
  }
  const end = async (index: number): Promise<readonly number[]> => {
    if (index % 2 === 0) works[index]?.resolve()
    else works[index]?.reject(new Error('late'))
    await clock.settle()
    return taken()
  }
  return { taken, end }
}

const orders = [
  [0, 1, 2],
  [2, 1, 0],
  [1, 2, 0],
]

test.each(orders)(
  'pipeline: a slot around all attempts is taken until the last work that was given up has ended (%i, %i, %i)',
  async (...order) => {
    const { taken, end } = await threeStrays(({ slots, again }) => [slots, again])
    expect(taken()).toEqual([1, 1])
    const seen: (readonly number[])[] = []
    for (const index of order) seen.push(await end(index))
    expect(seen).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
    ])
  },
)

test.each(orders)(
  'pipeline: a slot of one attempt is taken until its own work has ended, whatever others do (%i, %i, %i)',
  async (...order) => {
    const { taken, end } = await threeStrays(({ slots, again }) => [again, slots])
    expect(taken()).toEqual([3, 3])
    const seen: (readonly number[])[] = []
    for (const index of order) seen.push(await end(index))
    expect(seen).toEqual([
      [2, 2],
      [1, 1],
      [0, 0],
    ])
  },
)

test('pipeline: work that was given up and has ended in time for the next attempt holds nothing', async () => {
  const clock = manualClock()
  const slots = bulkhead({ name: 'weather', concurrency: 1 }, { clock })
  const again = retry({ attempts: 2, baseDelay: 5, backoff: 'constant' }, { clock })
  const guarded = pipeline([slots, again, timeout({ limit: 10 }, { clock })])
  const works: PromiseWithResolvers<string>[] = []
  const result = guarded.outcome(() => {
    const work = Promise.withResolvers<string>()
    works.push(work)
    return work.promise
  })
  await clock.advance(12)
  works[0]?.resolve('late')
  await clock.advance(8)
  works[1]?.resolve('fine')
  expect(await result).toEqual({ ok: true, value: 'fine' })
  expect(slots.snapshot()).toMatchObject({ active: 0, abandoned: 0 })
})
