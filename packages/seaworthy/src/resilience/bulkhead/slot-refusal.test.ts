import { expect, test } from 'vitest'
import { refusalChannel, type RefusalMessage } from 'seaworthy/core'
import { slotRefusal, type FullSlots } from './slot-refusal.ts'

const slots = { name: 'square', limit: 4, queue: 2, waitMaxMs: 500, retryAfterMs: 1_000 } as const

test.each([
  ['full', 'ERR_BULKHEAD_FULL', 'ERR_BULKHEAD_FULL', 'bulkhead-full'],
  ['full', 'ERR_CONCURRENCY_LIMIT', 'ERR_CONCURRENCY_LIMIT', 'concurrency-limit'],
  ['displaced', 'ERR_CONCURRENCY_LIMIT', 'ERR_CONCURRENCY_LIMIT', 'queue-displaced'],
  ['too-long', 'ERR_BULKHEAD_FULL', 'ERR_QUEUE_TIMEOUT', 'queue-timeout'],
] as const)(
  'slotRefusal: %s where the code is %s is %s, published as %s',
  (reason, code, expected, published) => {
    const messages: RefusalMessage[] = []
    using _ = refusalChannel.subscribe((message) => messages.push(message))
    const given: FullSlots = { ...slots, code }
    expect(slotRefusal(reason, given)).toMatchObject({
      code: expected,
      details: { name: 'square', concurrency: 4, queue: 2 },
      retryAfterMs: 1_000,
    })
    expect(messages).toEqual([{ name: 'square', reason: published, retryAfterMs: 1_000 }])
  },
)
