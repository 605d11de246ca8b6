import { expect, test } from 'vitest'
import { errorCode, manualClock, refusalChannel, type ManualClock, type RefusalMessage } from 'seaworthy/core'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { pipeline } from '../engine/pipeline.ts'
import { memorySharedLimit } from './memory-shared-limit.ts'
import type { SharedLimit, SharedLimitGrant } from './shared-limit.ts'
import { sharedRateLimit } from './shared-rate-limit.ts'
import type { SharedRateLimitOptions } from './shared-rate-limit-options.ts'

/** A store whose answers take time, fail, or never come. */
class TrialStore implements SharedLimit {
  mode: 'answers' | 'fails' | 'hangs' = 'answers'
  delayMs = 0
  asked = 0
  given: string[] = []
  pauses: number[] = []
  dueInMs?: (grant: SharedLimitGrant) => number | 'late'
  readonly #inner: SharedLimit
  readonly #clock: ManualClock

  constructor(clock: ManualClock) {
    this.#clock = clock
    this.#inner = memorySharedLimit(clock)
  }

  async reserve(...[request]: Parameters<SharedLimit['reserve']>): ReturnType<SharedLimit['reserve']> {
    this.asked++
    await this.#answer()
    return this.#inner.reserve(request)
  }

  async giveBack(grant: SharedLimitGrant): Promise<void> {
    this.given.push(grant.id)
    await this.#answer()
    return this.#inner.giveBack(grant)
  }

  async pause(...[target, forMs]: Parameters<SharedLimit['pause']>): Promise<void> {
    this.pauses.push(forMs)
    await this.#answer()
    return this.#inner.pause(target, forMs)
  }

  async #answer(): Promise<void> {
    if (this.mode === 'fails') throw new Error('connection lost')
    if (this.mode === 'hangs') await new Promise(() => {})
    if (this.delayMs === 0) return
    await new Promise<void>((resolve) => {
      this.#clock.schedule(this.delayMs, resolve)
    })
  }
}

function setUp(options: Partial<SharedRateLimitOptions> = {}, store?: TrialStore, time = manualClock()) {
  const clock = time
  const trial = store ?? new TrialStore(clock)
  const limit = sharedRateLimit({ name: 'api', store: trial, limit: 10, ...options }, { clock })
  return { clock, store: trial, limit, line: pipeline([limit]) }
}

async function ok(): Promise<string> {
  return 'ok'
}

/** How calls ended: `ok` with the time, or the code of their error. */
function callers(clock: ManualClock) {
  const ends: (string | number)[] = []
  const note = (call: Promise<unknown>): void => {
    void call.then(
      () => ends.push(clock.now()),
      (error) => ends.push(errorCode(error) ?? String(error)),
    )
  }
  return { ends, note }
}

test('sharedRateLimit: two processes together start no more than the limit', async () => {
  const { clock, store, line } = setUp()
  const other = setUp({}, store, clock)
  const { ends, note } = callers(clock)
  for (let i = 0; i < 8; i++) {
    note(line.execute(ok))
    note(other.line.execute(ok))
  }
  await clock.settle()
  expect(ends.filter((end) => end === 0)).toHaveLength(10)
  expect(ends.filter((end) => end === 'ERR_RATE_EXCEEDED')).toHaveLength(6)
})

test('sharedRateLimit: a refusal carries the time until the units would be there', async () => {
  const { clock, limit } = setUp()
  await limit.acquire(8)
  await clock.advance(300)
  await expect(limit.acquire(3)).rejects.toMatchObject({
    code: 'ERR_RATE_EXCEEDED',
    retryAfterMs: 700,
    message: 'Cannot call "api": at most 10 units may start in 1s, this one would have to wait for 700ms',
  })
  await expect(limit.acquire(11)).rejects.toMatchObject({ code: 'ERR_RATE_COST' })
  expect(limit.snapshot()).toEqual({
    name: 'api',
    limit: 10,
    intervalMs: 1_000,
    isReachable: true,
    whenUnreachable: 'local-share',
    queue: 1_000,
    waiting: 0,
    refused: 1,
  })
})

test('sharedRateLimit: callers wait for the moment that the store granted', async () => {
  const { clock, limit, line } = setUp({ queueWaitMax: '1s' })
  const { ends, note } = callers(clock)
  await limit.acquire(10)
  note(line.execute(ok, { cost: 4 }))
  note(limit.acquire(6))
  note(limit.acquire(1))
  await clock.settle()
  expect(limit.snapshot().waiting).toBe(2)
  expect(ends).toEqual(['ERR_RATE_EXCEEDED'])
  await clock.advance(1_000)
  expect(ends.slice(1)).toEqual([1_000, 1_000])
  expect(clock.pending).toBe(0)
})

test('sharedRateLimit: an abort ends the wait at once and gives the units back', async () => {
  const { clock, store, limit } = setUp({ queueWaitMax: '5s' })
  const { ends, note } = callers(clock)
  await limit.acquire(10)
  const [waiting, asking] = [new AbortController(), new AbortController()]
  note(limit.acquire(2, { signal: waiting.signal }))
  await clock.settle()
  waiting.abort('gone')
  store.delayMs = 100
  note(limit.acquire(3, { signal: asking.signal }))
  asking.abort('gone, too')
  await clock.settle()
  expect(ends).toEqual(['gone', 'gone, too'])
  expect(limit.snapshot().waiting).toBe(0)
  await clock.advance(200)
  expect(store.given).toHaveLength(2)
  store.delayMs = 0
  note(limit.acquire(10))
  await clock.advance(800)
  expect(ends.at(-1)).toBe(1_000)
})

test('sharedRateLimit: what never began is given back, what failed is not', async () => {
  const clock = manualClock()
  const store = new TrialStore(clock)
  const limit = sharedRateLimit({ name: 'api', store, limit: 10 }, { clock })
  const line = pipeline([limit, bulkhead({ name: 'slots', concurrency: 1 }, { clock })])
  const end = Promise.withResolvers<void>()
  const running = line.execute(() => end.promise)
  await clock.settle()
  await expect(line.execute(ok)).rejects.toMatchObject({ code: 'ERR_BULKHEAD_FULL' })
  expect(store.given).toEqual(['2'])
  end.reject(new Error('down'))
  await expect(running).rejects.toThrow('down')
  expect(store.given).toHaveLength(1)
})

test('sharedRateLimit: a store that hangs costs each caller its time limit, and then nothing until it is asked again', async () => {
  const { clock, store, line, limit } = setUp({ storeTimeout: '500ms', retryStore: '2s', limit: 100 })
  const { ends, note } = callers(clock)
  store.mode = 'hangs'
  note(line.execute(ok))
  note(line.execute(ok))
  await clock.advance(499)
  expect(ends).toEqual([])
  await clock.advance(1)
  expect(ends).toEqual([500, 500])
  expect(limit.snapshot().isReachable).toBe(false)
  note(line.execute(ok))
  await clock.settle()
  expect(ends).toEqual([500, 500, 500])
  expect(store.asked).toBe(2)
  await clock.advance(2_000)
  note(line.execute(ok))
  note(line.execute(ok))
  await clock.settle()
  expect(store.asked).toBe(3)
  expect(ends).toEqual([500, 500, 500, 2_500])
  store.mode = 'answers'
  await clock.advance(500)
  expect(ends.at(-1)).toBe(3_000)
  await clock.advance(2_000)
  note(line.execute(ok))
  await clock.settle()
  expect(ends.at(-1)).toBe(5_000)
  expect(limit.snapshot().isReachable).toBe(true)
  expect(clock.pending).toBe(0)
})

test('sharedRateLimit: while the store fails, this process keeps to its share', async () => {
  const { clock, store, limit } = setUp({ limit: 100, localShare: 0.05, whenUnreachable: 'local-share' })
  const { ends, note } = callers(clock)
  store.mode = 'fails'
  for (let i = 0; i < 8; i++) note(limit.acquire())
  await clock.settle()
  expect(ends.filter((end) => end === 0)).toHaveLength(5)
  expect(ends.filter((end) => end === 'ERR_RATE_EXCEEDED')).toHaveLength(3)
  await clock.advance(999)
  await expect(limit.acquire()).rejects.toMatchObject({ retryAfterMs: 1 })
})

test('sharedRateLimit: what the store granted lately counts against the local share', async () => {
  const { clock, store, limit } = setUp({ limit: 100, localShare: 0.1 })
  const { ends, note } = callers(clock)
  for (let i = 0; i < 7; i++) await limit.acquire()
  store.mode = 'fails'
  for (let i = 0; i < 5; i++) note(limit.acquire())
  await clock.settle()
  expect(ends.filter((end) => end === 0)).toHaveLength(3)
})

test('sharedRateLimit: the local share lets callers wait, too, each key for itself', async () => {
  const { clock, store, limit } = setUp({ limit: 1, queueWaitMax: '2s', keys: 2_000, retryStore: '1h' })
  const { ends, note } = callers(clock)
  store.mode = 'fails'
  const leaving = new AbortController()
  for (const key of ['a', 'b']) note(limit.acquire(1, { key }))
  await clock.settle()
  note(limit.acquire(1, { key: 'a', signal: leaving.signal }))
  note(limit.acquire(1, { key: 'a' }))
  expect(limit.snapshot().waiting).toBe(2)
  leaving.abort('gone')
  await clock.advance(1_000)
  expect(ends).toEqual([0, 0, 'gone', 1_000])
})

test('sharedRateLimit: refuses or lets pass while the store fails, if so configured', async () => {
  const strict = setUp({ whenUnreachable: 'refuse', retryStore: '3s' })
  strict.store.mode = 'fails'
  const refusals: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => refusals.push(message))
  await expect(strict.limit.acquire()).rejects.toMatchObject({
    code: 'ERR_LIMIT_UNREACHABLE',
    retryAfterMs: 3_000,
    message: 'Cannot call "api": the store of its limit must answer within 500ms, does not',
  })
  expect(refusals).toEqual([{ name: 'api', reason: 'limit-unreachable', retryAfterMs: 3_000 }])
  await strict.clock.advance(1_000)
  await expect(strict.limit.acquire()).rejects.toMatchObject({ retryAfterMs: 2_000 })
  expect(strict.limit.snapshot()).toMatchObject({ refused: 2, isReachable: false })
  const { clock, store, limit } = setUp({ whenUnreachable: 'allow' })
  store.mode = 'fails'
  await Promise.all(Array.from({ length: 50 }, () => limit.acquire()))
  await limit.acquire()
  expect(clock.now()).toBe(0)
})

test('sharedRateLimit: an answer that comes too late is given back', async () => {
  const { clock, store, limit } = setUp({ storeTimeout: '100ms' })
  store.delayMs = 150
  const { ends, note } = callers(clock)
  note(limit.acquire())
  await clock.advance(100)
  expect(ends).toEqual([100])
  await clock.advance(50)
  expect(store.given).toEqual(['1'])
  expect(limit.snapshot().isReachable).toBe(false)
})

test('sharedRateLimit: a store that cannot take units back is left alone', async () => {
  const { clock, store, limit } = setUp({ queueWaitMax: '5s' })
  await limit.acquire(10)
  const controller = new AbortController()
  const { ends, note } = callers(clock)
  note(limit.acquire(1, { signal: controller.signal }))
  await clock.settle()
  store.mode = 'fails'
  controller.abort('gone')
  await clock.settle()
  expect(ends).toEqual(['gone'])
  expect(limit.snapshot().isReachable).toBe(false)
})

test('sharedRateLimit: looks at the moment of the start whether the grant still holds', async () => {
  const { clock, store, limit } = setUp({ queueWaitMax: '1s' })
  const { ends, note } = callers(clock)
  const answers: (number | 'late')[] = [0, 200, 0, 'late', 0]
  store.dueInMs = () => answers.shift() ?? 0
  note(limit.acquire())
  await clock.settle()
  expect(ends).toEqual([0])
  note(limit.acquire())
  await clock.advance(200)
  expect(ends).toEqual([0, 200])
  note(limit.acquire())
  await clock.settle()
  expect(ends).toEqual([0, 200, 200])
  expect([store.asked, store.given]).toEqual([4, ['3']])
})

test('sharedRateLimit: who is always late, or would have to wait longer than it may, gives up', async () => {
  const { clock, store, limit } = setUp({ queueWaitMax: '1s', storeTimeout: '100ms' })
  store.dueInMs = () => 'late'
  await expect(limit.acquire()).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED', retryAfterMs: 200 })
  expect([store.asked, store.given]).toEqual([3, ['1', '2', '3']])
  store.dueInMs = () => 1_101
  await expect(limit.acquire()).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED', retryAfterMs: 1_101 })
  expect(store.given).toHaveLength(4)
  expect(clock.pending).toBe(0)
})

test('sharedRateLimit: a full queue refuses at once', async () => {
  const { clock, store, limit } = setUp({ queue: 2 })
  store.mode = 'hangs'
  const { note } = callers(clock)
  note(limit.acquire())
  note(limit.acquire())
  await expect(limit.acquire()).rejects.toMatchObject({
    code: 'ERR_RATE_EXCEEDED',
    retryAfterMs: 300,
    details: { reason: 'queue-full' },
  })
})

test('sharedRateLimit: a refusal by the server lets all processes pause, once', async () => {
  const { clock, store, line } = setUp()
  const other = setUp({}, store, clock)
  const tooFast = Object.assign(new Error('slow down'), { status: 429, retryAfterMs: 2_000 })
  const calls = [1, 2].map(() => line.execute(() => Promise.reject(tooFast)))
  for (const call of calls) await expect(call).rejects.toBe(tooFast)
  expect(store.pauses).toEqual([2_000])
  await expect(other.limit.acquire()).rejects.toMatchObject({ retryAfterMs: 2_000 })
  const deaf = setUp({ learn: false })
  deaf.limit.learn(tooFast)
  expect(deaf.store.pauses).toEqual([])
  store.mode = 'fails'
  await clock.advance(2_000)
  other.limit.learn(tooFast)
  await clock.settle()
  expect(other.limit.snapshot().isReachable).toBe(false)
})

test('sharedRateLimit: with keys each has a limit of its own, without the key makes no difference', async () => {
  const { limit } = setUp({ limit: 1, keys: 2_000 })
  await limit.acquire(1, { key: 'a' })
  await limit.acquire(1, { key: 'b' })
  await limit.acquire(1)
  await expect(limit.acquire(1, { key: 'a' })).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED' })
  const one = setUp({ limit: 1 })
  await one.limit.acquire(1, { key: 'a' })
  await expect(one.limit.acquire(1, { key: 'b' })).rejects.toMatchObject({ code: 'ERR_RATE_EXCEEDED' })
})

test('sharedRateLimit: a signal that is aborted already asks nobody', async () => {
  const { limit, store } = setUp()
  await expect(limit.acquire(1, { signal: AbortSignal.abort('no') })).rejects.toBe('no')
  expect(store.asked).toBe(0)
})

test('sharedRateLimit: tells its options, but not its store', () => {
  const { limit } = setUp({ caller: 'web-1' })
  expect(limit.describe()).toEqual({
    kind: 'shared-rate-limit',
    name: 'api',
    limit: 10,
    intervalMs: 1_000,
    keys: 0,
    queue: 1_000,
    queueWaitMaxMs: 0,
    storeTimeoutMs: 500,
    retryStoreMs: 1_000,
    whenUnreachable: 'local-share',
    caller: 'web-1',
    localLimit: 1,
  })
  expect(setUp().limit.describe()).toMatchObject({ caller: expect.stringMatching(/^\d+-[\da-z]+$/) })
})

test.each([
  ['store', {}],
  ['limit', 0],
  ['localShare', 0],
  ['localShare', 1.1],
  ['whenUnreachable', 'wait'],
  ['queue', 0],
])('sharedRateLimit: refuses %s of %j', (option, value) => {
  expect(() => setUp({ [option]: value })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining(`"${option}"`) }),
  )
})
