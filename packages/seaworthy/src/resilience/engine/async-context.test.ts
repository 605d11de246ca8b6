import { AsyncLocalStorage } from 'node:async_hooks'
import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { pipeline } from './pipeline.ts'

const request = new AsyncLocalStorage<string>()
const never = (): Promise<never> => new Promise(() => {})

test('pipeline: an attempt after a failure runs in the async context of its call', async () => {
  const clock = manualClock()
  const guarded = pipeline([retry({ attempts: 2, baseDelay: 10 }, { clock })])
  const seen: unknown[] = []
  const result = request.run('one', () =>
    guarded.execute(async ({ attempt }) => {
      seen.push(request.getStore())
      if (attempt === 1) throw new Error('down')
    }),
  )
  await request.run('another', () => clock.advance(1_000))
  await result
  expect(seen).toEqual(['one', 'one'])
})

test('pipeline: an attempt after a timeout runs in the async context of its call', async () => {
  const clock = manualClock()
  const guarded = pipeline([
    retry({ attempts: 2, baseDelay: 10 }, { clock }),
    timeout({ limit: 100 }, { clock }),
  ])
  const seen: unknown[] = []
  const result = request.run('one', () =>
    guarded.execute(({ attempt }) => {
      seen.push(request.getStore())
      return attempt === 1 ? never() : Promise.resolve('fine')
    }),
  )
  await request.run('another', () => clock.advance(1_000))
  expect(await result).toBe('fine')
  expect(seen).toEqual(['one', 'one'])
})

test('pipeline: a call that waited for a slot runs in its own async context, not in that of who freed it', async () => {
  const guarded = pipeline([bulkhead({ name: 'rates', concurrency: 1, queue: 1 })])
  let free = (): void => {}
  const first = request.run('first', () =>
    guarded.execute(
      () =>
        new Promise<void>((resolve) => {
          free = resolve
        }),
    ),
  )
  const second = request.run('second', () => guarded.execute(async () => request.getStore()))
  request.run('another', free)
  await first
  expect(await second).toBe('second')
})
