import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { adaptiveLimit } from '../adaptive/adaptive-limit.ts'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { memorySharedLimit } from '../rate-limit/memory-shared-limit.ts'
import { rateLimit } from '../rate-limit/rate-limit.ts'
import { sharedRateLimit } from '../rate-limit/shared-rate-limit.ts'

const clock = manualClock()
const name = 'rates'
const store = memorySharedLimit(clock)
const slots = bulkhead({ name }, { clock })
const limit = adaptiveLimit({ name }, { clock })
const rate = rateLimit({ name, limit: 5 }, { clock })
const shared = sharedRateLimit({ name, store, limit: 5 }, { clock })

test.each<[string, (request: never) => Promise<unknown>]>([
  ['bulkhead', (request) => slots.acquire(request)],
  ['adaptiveLimit', (request) => limit.acquire(request)],
  ['rateLimit', (request) => rate.acquire(1, request)],
  ['sharedRateLimit', (request) => shared.acquire(1, request)],
])('%s: a request of a wrong kind is refused, and takes nothing', async (_what, acquire) => {
  const wrong: readonly (readonly [unknown, string])[] = [
    [null, 'options must be an object, received null'],
    [5, 'options must be an object, received 5'],
    [{ signal: {} }, 'its signal must be an AbortSignal, or left out, received {}'],
    [{ key: 5 }, 'its key must be text, or left out, received 5'],
  ]
  for (const [request, message] of wrong) {
    await expect(acquire(request as never)).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
      message: `Cannot make a call: ${message}`,
    })
  }
  expect([slots.snapshot().active, limit.snapshot().active, rate.snapshot().available]).toEqual([0, 0, 5])
})

test('bulkhead: a request may name its priority', async () => {
  using _ = await slots.acquire({ priority: 'critical', key: 'a' })
  expect(slots.snapshot().active).toBe(1)
})
