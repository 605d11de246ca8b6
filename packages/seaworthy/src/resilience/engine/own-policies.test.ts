import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { hedge } from '../hedge/hedge.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import type { CallContext, Work } from './call-context.ts'
import { pipeline } from './pipeline.ts'
import type { Policy } from './policy.ts'

type Execute = <T>(next: Work<T>, context: CallContext) => Promise<T>

function own(execute: Execute): Policy {
  return { kind: 'own', name: 'own', execute, describe: () => ({ kind: 'own' }) }
}

test.each([
  ['retry', () => retry()],
  ['timeout', () => timeout()],
  ['bulkhead', () => bulkhead({ name: 'slots', concurrency: 1 })],
  ['hedge', () => hedge({ delay: '1s' })],
] as const)('own policy: may use a %s inside itself', async (_name, make) => {
  const inner = make()
  const line = pipeline([
    timeout({ limit: '5s' }),
    own((next, context) => inner.execute(next, context)),
    retry(),
  ])
  const seen: unknown[] = []
  const answer = await line.execute(async (context) => seen.push(context.attempt))
  expect([answer, seen]).toEqual([1, [1]])
  await expect(line.execute(() => Promise.reject(new TypeError('wrong')))).rejects.toThrow('wrong')
})

test('own policy: what repeats inside it repeats all that is inside the pipeline', async () => {
  const clock = manualClock()
  const inner = retry({ attempts: 3, backoff: 'constant', baseDelay: '1s' }, { clock })
  let calls = 0
  const line = pipeline([
    own((next, context) => inner.execute(next, context)),
    bulkhead({ name: 'slots', concurrency: 1 }),
  ])
  const call = line.execute(async () => {
    if (++calls < 3) throw new Error('down')
    return calls
  })
  await clock.advance(2_000)
  expect(await call).toBe(3)
})

test('own policy: two of them, one using the pipeline of policies of the other, know their own work', async () => {
  const inner = retry()
  const line = pipeline([
    own((next, context) => inner.execute(next, context)),
    own((next, context) => inner.execute(next, context)),
  ])
  expect(await line.execute(async () => 'answer')).toBe('answer')
})

test('own policy: a context of another call is refused, and nothing is called for ever', async () => {
  const other = pipeline([retry()])
  for (const execute of [
    (next, _context) => other.execute((context) => next(context)),
    (next, { signal }) => other.execute(next, { signal }),
  ] satisfies Execute[]) {
    await expect(pipeline([own(execute)]).execute(async () => 'answer')).rejects.toMatchObject({
      code: 'ERR_CONTEXT_LOST',
    })
  }
})

test('own policy: another pipeline may be used with the context that was handed in', async () => {
  const other = pipeline([retry()])
  const line = pipeline([own((next, context) => other.execute(() => next(context)))])
  expect(await line.execute(async () => 'answer')).toBe('answer')
})

test('pipeline: another one is no policy', () => {
  const inner = pipeline([retry()]) as unknown as Policy
  expect(() => pipeline([timeout(), inner])).toThrow(
    /policy 1 must be a policy; put in the policies of a pipeline one by one/,
  )
})
