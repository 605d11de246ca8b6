import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { memorySharedLimit } from './memory-shared-limit.ts'
import type { SharedLimitGrant } from './shared-limit.ts'

function setUp() {
  const clock = manualClock()
  const store = memorySharedLimit(clock)
  const ask = (cost: number, maxWaitMs = 0, key = '') =>
    store.reserve({ name: 'mail', key, cost, limit: 10, intervalMs: 1_000, maxWaitMs, caller: 'one' })
  const granted = async (...args: Parameters<typeof ask>) => (await ask(...args)) as SharedLimitGrant
  return { clock, store, ask, granted }
}

test('memorySharedLimit: grants what fits, now or later, and refuses with the time until it would', async () => {
  const { clock, ask } = setUp()
  expect(await ask(7)).toMatchObject({
    granted: true,
    name: 'mail',
    key: '',
    cost: 7,
    caller: 'one',
    waitMs: 0,
  })
  expect(await ask(4)).toEqual({ granted: false, retryAfterMs: 1_000 })
  expect(await ask(3)).toMatchObject({ waitMs: 0 })
  expect(await ask(4, 1_000)).toMatchObject({ granted: true, waitMs: 1_000 })
  await clock.advance(400)
  expect(await ask(4, 1_599)).toMatchObject({ granted: true, waitMs: 600 })
  expect(await ask(4, 1_599)).toEqual({ granted: false, retryAfterMs: 1_600 })
})

test('memorySharedLimit: what is given back is free again, once', async () => {
  const { store, ask, granted } = setUp()
  const grant = await granted(6)
  await granted(4)
  await store.giveBack(grant)
  await store.giveBack(grant)
  expect(await ask(7)).toMatchObject({ granted: false })
  expect(await ask(6)).toMatchObject({ granted: true })
})

test('memorySharedLimit: a pause holds for all who ask, and a shorter one does not end it', async () => {
  const { clock, store, ask } = setUp()
  await store.pause({ name: 'mail', key: '' }, 500)
  await store.pause({ name: 'mail', key: '' }, 100)
  expect(await ask(1)).toEqual({ granted: false, retryAfterMs: 500 })
  expect(await ask(1, 0, 'other')).toMatchObject({ granted: true })
  await clock.advance(500)
  expect(await ask(1)).toMatchObject({ granted: true, waitMs: 0 })
})
