import { expect, test, vi } from 'vitest'
import { errorCode, manualClock, type ManualClock } from 'seaworthy/core'
import { memorySharedLimit } from './memory-shared-limit.ts'
import type { SharedLimit } from './shared-limit.ts'
import { sharedRateLimit } from './shared-rate-limit.ts'
import type { SharedRateLimitOptions } from './shared-rate-limit-options.ts'

/** A store that can be away, and whose answers take a while. */
class AwayStore implements SharedLimit {
  isAway = true
  delayMs = 0
  asked = 0
  readonly out = new Set<string>()
  readonly #inner: SharedLimit
  readonly #clock: ManualClock

  constructor(clock: ManualClock) {
    this.#clock = clock
    this.#inner = memorySharedLimit(clock)
  }

  async reserve(...[request]: Parameters<SharedLimit['reserve']>): ReturnType<SharedLimit['reserve']> {
    this.asked++
    const { delayMs } = this
    if (delayMs > 0) await new Promise<void>((resolve) => void this.#clock.schedule(delayMs, resolve))
    if (this.isAway) throw new Error('connection lost')
    const answer = await this.#inner.reserve(request)
    if (answer.granted) this.out.add(answer.id)
    return answer
  }

  async giveBack(...[grant]: Parameters<SharedLimit['giveBack']>): Promise<void> {
    this.out.delete(grant.id)
    return this.#inner.giveBack(grant)
  }

  async pause(...[target, forMs]: Parameters<SharedLimit['pause']>): Promise<void> {
    return this.#inner.pause(target, forMs)
  }
}

/** A limit of 20 in 1 s, of which 2 are this process's share, with callers and how they ended. */
function setUp(options: Partial<SharedRateLimitOptions> = {}) {
  const clock = manualClock()
  const store = new AwayStore(clock)
  const limit = sharedRateLimit(
    { name: 'api', store, limit: 20, queueWaitMax: '5s', retryStore: '1s', ...options },
    { clock },
  )
  const ends: (string | number)[] = []
  const call = (count: number, signal?: AbortSignal): void => {
    for (let i = 0; i < count; i++) {
      void limit.acquire(1, { ...(signal && { signal }) }).then(
        () => ends.push(clock.now()),
        (error) => ends.push(errorCode(error) ?? String(error)),
      )
    }
  }
  return { clock, store, limit, ends, call }
}

test('sharedRateLimit: who waits for the local share goes back to the store when it is there again, unasked for', async () => {
  const { clock, store, limit, ends, call } = setUp()
  call(10)
  await clock.settle()
  expect(ends).toEqual([0, 0])
  store.isAway = false
  await clock.advance(999)
  expect(ends).toHaveLength(2)
  // Two of the share, then one who finds out, and all others with it.
  await clock.advance(1)
  expect(ends.slice(2)).toEqual(Array(8).fill(1_000))
  expect(limit.snapshot()).toMatchObject({ isReachable: true, waiting: 0, refused: 0 })
  expect(clock.pending).toBe(0)
})

test('sharedRateLimit: those who go back keep their order, and no span sees more than the limit', async () => {
  const { clock, store, limit, ends, call } = setUp({ limit: 4, localShare: 0.25, queueWaitMax: '9s' })
  const order: number[] = []
  for (let i = 0; i < 9; i++) void limit.acquire().then(() => order.push(i))
  await clock.advance(300)
  store.isAway = false
  await clock.advance(3_000)
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  call(1)
  await clock.settle()
  expect(ends).toEqual([3_300])
  expect(store.out.size).toBe(8)
})

test('sharedRateLimit: while one finds out, nobody is refused for the local share', async () => {
  const { clock, store, limit, ends, call } = setUp()
  call(1)
  await clock.advance(3_000)
  store.isAway = false
  store.delayMs = 100
  call(40)
  await clock.settle()
  expect(ends.slice(1)).toEqual([3_000, 3_000])
  expect(limit.snapshot()).toMatchObject({ refused: 0, waiting: 38 })
  await clock.advance(100)
  expect(store.asked).toBe(2 + 37)
  await clock.advance(2_000)
  expect(ends).toHaveLength(41)
  expect(ends.filter((end) => typeof end === 'string')).toEqual([])
  expect(clock.pending).toBe(0)
})

test('sharedRateLimit: when the store is still away, who waits keeps its place and others are refused', async () => {
  const { clock, store, limit, ends, call } = setUp({ storeTimeout: '400ms' })
  call(6)
  await clock.advance(999)
  store.delayMs = 1_000
  // Asks as the first who waits.
  await clock.advance(1)
  expect(store.asked).toBe(6 + 1)
  expect(ends).toEqual([0, 0, 1_000, 1_000])
  call(12)
  await clock.settle()
  expect(limit.snapshot()).toMatchObject({ waiting: 14, refused: 0 })
  await clock.advance(400)
  expect(ends.filter((end) => end === 'ERR_RATE_EXCEEDED')).toHaveLength(4)
  await clock.advance(600)
  expect(ends.filter((end) => end === 2_000)).toHaveLength(2)
  await clock.advance(10_000)
  expect(limit.snapshot().waiting).toBe(0)
  expect(clock.pending).toBe(0)
})

test('sharedRateLimit: who finds out may leave, the others hear of it all the same', async () => {
  const { clock, store, limit, ends, call } = setUp({ limit: 10, localShare: 0.1, retryStore: '800ms' })
  const leaving = new AbortController()
  call(1)
  call(1, leaving.signal)
  call(3)
  await clock.advance(799)
  store.isAway = false
  store.delayMs = 150
  await clock.advance(1)
  call(8)
  leaving.abort('gone')
  await clock.advance(149)
  expect(limit.snapshot()).toMatchObject({ isReachable: false, waiting: 11 })
  await clock.advance(1)
  expect(limit.snapshot()).toMatchObject({ isReachable: true, waiting: 11 })
  await clock.advance(2_000)
  expect(ends).toEqual([0, 'gone', ...Array(10).fill(1_100), 2_100])
  // What was granted to nobody was given back.
  expect(store.out.size).toBe(11)
  expect(clock.pending).toBe(0)
})

test('sharedRateLimit: the store is not asked all the time for those who wait, even with nothing between', async () => {
  const { clock, store, call } = setUp({ retryStore: 0 })
  call(3)
  await clock.advance(400)
  expect(store.asked).toBeLessThanOrEqual(3 + 8)
  expect(store.asked).toBeGreaterThan(3)
})

test('sharedRateLimit: nothing is asked for those who wait no more', async () => {
  const { clock, call } = setUp({ retryStore: '1h' })
  const leaving = new AbortController()
  call(3, leaving.signal)
  await clock.settle()
  expect(clock.pending).toBe(2)
  leaving.abort('gone')
  await clock.settle()
  expect(clock.pending).toBe(0)
})

test('sharedRateLimit: a refusal after a wait tells of both', async () => {
  const { clock, store, limit } = setUp({ limit: 1, queueWaitMax: '2s', retryStore: '1500ms' })
  await limit.acquire()
  const [first, second] = [limit.acquire(), limit.acquire()]
  const refused = expect(second).rejects.toMatchObject({
    retryAfterMs: 900,
    details: { reason: 'wait' },
    message:
      'Cannot call "api": at most 1 units may start in 1s, its turn must come within 2s, would come in 900ms, after 1500ms of waiting',
  })
  await clock.advance(1_400)
  await first
  store.isAway = false
  await store.pause({ name: 'api', key: '' }, 1_000)
  await clock.advance(100)
  await refused
})

test('sharedRateLimit: a store that refuses for reasons of its own is not said to be too late', async () => {
  const { store, limit } = setUp()
  vi.spyOn(store, 'reserve').mockResolvedValue({ granted: false, retryAfterMs: 192 })
  await expect(limit.acquire()).rejects.toMatchObject({
    details: { reason: 'rate' },
    message: 'Cannot call "api": at most 20 units may start in 1s, this one would have to wait for 192ms',
  })
})
