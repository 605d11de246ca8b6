import { expect, test, vi } from 'vitest'
import { manualClock, refusalChannel, type ManualClock } from 'seaworthy/core'
import { rateLimit } from './rate-limit.ts'
import type { RateLimit } from './rate-limit-handle.ts'
import type { RateLimitOptions } from './rate-limit-options.ts'

/** Ten units a second, all at once if need be. */
function limitOf(options: Partial<RateLimitOptions> = {}): { limit: RateLimit; clock: ManualClock } {
  const clock = manualClock()
  return { limit: rateLimit({ name: 'mail', limit: 10, ...options }, { clock }), clock }
}

/** The moments at which callers got their units, by their name, in the order in which they did. */
function callers(limit: RateLimit, clock: ManualClock) {
  const ends: [string, number | string][] = []
  const call = (name: string, cost = 1, options: { key?: string; signal?: AbortSignal } = {}): void => {
    void limit.acquire(cost, options).then(
      () => ends.push([name, clock.now()]),
      (error) => ends.push([name, error.code ?? error]),
    )
  }
  return { ends, call }
}

function refusedBy(act: () => Promise<unknown>): Promise<unknown> {
  return act().then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('rateLimit: lets the burst start at once and refuses with the exact time after which one more may', async () => {
  const { limit, clock } = limitOf()
  for (let i = 0; i < 10; i++) expect(limit.tryAcquire()).toBe(true)
  expect(limit.tryAcquire()).toBe(false)
  expect(await refusedBy(() => limit.acquire())).toMatchObject({
    code: 'ERR_RATE_EXCEEDED',
    status: 503,
    retryAfterMs: 100,
    message: 'Cannot call "mail": at most 10 units may start in 1s, this one would have to wait for 100ms',
    details: { name: 'mail', reason: 'rate', limit: 10, intervalMs: 1_000, cost: 1 },
  })
  expect(await refusedBy(() => limit.acquire(4))).toMatchObject({ retryAfterMs: 400 })
  await clock.advance(99)
  expect(limit.tryAcquire()).toBe(false)
  await clock.advance(1)
  expect(limit.tryAcquire()).toBe(true)
  expect(limit.snapshot()).toMatchObject({ refused: 4, available: 0 })
})

test('rateLimit: a cost takes as many units', () => {
  const { limit } = limitOf()
  expect(limit.tryAcquire(7)).toBe(true)
  expect(limit.tryAcquire(4)).toBe(false)
  expect(limit.tryAcquire(3)).toBe(true)
})

test.each([0, -1, 1.5, 11, Number.NaN, Infinity])(
  'rateLimit: refuses a cost of %d, which could never start',
  async (cost) => {
    const { limit } = limitOf()
    const error = expect.objectContaining({
      code: 'ERR_RATE_COST',
      message: `Cannot take units of "mail": cost must be a whole number from 1 to 10, received ${cost}`,
      details: { name: 'mail', cost, costMax: 10 },
    })
    expect(() => limit.tryAcquire(cost)).toThrow(error)
    expect(() => limit.reserve(cost)).toThrow(error)
    await expect(limit.acquire(cost)).rejects.toThrow(error)
    expect(limit.snapshot()).toMatchObject({ available: 10, refused: 0 })
  },
)

test('rateLimit: callers wait first come, first served, on one timer', async () => {
  const { limit, clock } = limitOf({ queue: 5 })
  limit.tryAcquire(10)
  const { ends, call } = callers(limit, clock)
  for (const name of ['a', 'b', 'c']) call(name)
  await clock.settle()
  expect(clock.pending).toBe(1)
  expect(limit.snapshot()).toMatchObject({ waiting: 3, available: 0 })
  await clock.advance(1_000)
  expect(ends).toEqual([
    ['a', 100],
    ['b', 200],
    ['c', 300],
  ])
  expect(clock.pending).toBe(0)
  expect(limit.snapshot()).toMatchObject({ waiting: 0, available: 7 })
})

test('rateLimit: a caller who asks for much is not passed by those behind, and newcomers pass nobody', async () => {
  const { limit, clock } = limitOf({ queue: 5 })
  limit.tryAcquire(10)
  const { ends, call } = callers(limit, clock)
  call('big', 10)
  call('small')
  await clock.advance(500)
  expect(limit.tryAcquire()).toBe(false)
  expect(ends).toEqual([])
  await clock.advance(700)
  expect(ends).toEqual([
    ['big', 1_000],
    ['small', 1_100],
  ])
})

test('rateLimit: a full queue refuses at once with the time after which a newcomer would have its turn', async () => {
  const { limit, clock } = limitOf({ queue: 2 })
  limit.tryAcquire(10)
  const { call } = callers(limit, clock)
  call('a', 3)
  call('b', 2)
  expect(await refusedBy(() => limit.acquire(4))).toMatchObject({
    code: 'ERR_RATE_EXCEEDED',
    retryAfterMs: 900,
    message: 'Cannot call "mail": at most 10 units may start in 1s, and 2 may wait, all places are taken',
    details: { reason: 'queue-full', cost: 4 },
  })
})

test('rateLimit: who would have to wait longer than queueWaitMax is refused at once', async () => {
  const { limit, clock } = limitOf({ queue: 5, queueWaitMax: '200ms' })
  limit.tryAcquire(10)
  const { ends, call } = callers(limit, clock)
  call('a')
  call('b')
  expect(await refusedBy(() => limit.acquire())).toMatchObject({
    code: 'ERR_RATE_EXCEEDED',
    retryAfterMs: 300,
    message:
      'Cannot call "mail": at most 10 units may start in 1s, its turn must come within 200ms, would come in 300ms',
    details: { reason: 'wait' },
  })
  await clock.advance(200)
  expect(ends).toEqual([
    ['a', 100],
    ['b', 200],
  ])
})

test('rateLimit: an abort leaves the queue at once with its own reason, and leaves no hole', async () => {
  const { limit, clock } = limitOf({ queue: 3 })
  limit.tryAcquire(10)
  const { ends, call } = callers(limit, clock)
  const [first, second] = [new AbortController(), new AbortController()]
  call('first', 5, { signal: first.signal })
  call('second', 5, { signal: second.signal })
  call('third', 1)
  second.abort('enough')
  await clock.settle()
  expect(ends).toEqual([['second', 'enough']])
  expect(limit.snapshot()).toMatchObject({ waiting: 2 })
  first.abort('me too')
  await clock.advance(100)
  expect(ends.slice(1)).toEqual([
    ['first', 'me too'],
    ['third', 100],
  ])
  expect(clock.pending).toBe(0)
})

test('rateLimit: the place and the time of who left are there for a newcomer', async () => {
  const { limit, clock } = limitOf({ queue: 2, queueWaitMax: '300ms' })
  limit.tryAcquire(10)
  const { ends, call } = callers(limit, clock)
  const leaving = new AbortController()
  call('a')
  call('b', 2, { signal: leaving.signal })
  expect(await refusedBy(() => limit.acquire())).toMatchObject({ details: { reason: 'queue-full' } })
  leaving.abort('gone')
  call('c', 2)
  await clock.advance(300)
  expect(ends).toEqual([
    ['b', 'gone'],
    ['a', 100],
    ['c', 300],
  ])
})

test('rateLimit: a signal that is aborted already takes nothing', async () => {
  const { limit } = limitOf()
  await expect(limit.acquire(1, { signal: AbortSignal.abort('no') })).rejects.toBe('no')
  expect(limit.snapshot()).toMatchObject({ available: 10 })
})

test('rateLimit: nobody listens to the signal after the wait', async () => {
  const { limit, clock } = limitOf({ queue: 3 })
  limit.tryAcquire(10)
  const { signal } = new AbortController()
  const removed = vi.spyOn(signal, 'removeEventListener')
  await Promise.all([limit.acquire(1, { signal }), clock.advance(100)])
  expect(removed).toHaveBeenCalledTimes(1)
})

test('rateLimit: with a window never more than the limit start in any span', async () => {
  const { limit, clock } = limitOf({ algorithm: 'sliding-window', queue: 20 })
  await clock.advance(900)
  const { ends, call } = callers(limit, clock)
  for (let i = 0; i < 25; i++) call(`${i}`)
  await clock.advance(2_000)
  const times = ends.map(([, at]) => at)
  expect(times).toEqual([...Array(10).fill(900), ...Array(10).fill(1_900), ...Array(5).fill(2_900)])
})

test('rateLimit: gcra spaces calls evenly', async () => {
  const { limit, clock } = limitOf({ algorithm: 'gcra', queue: 20 })
  const { ends, call } = callers(limit, clock)
  for (const name of ['a', 'b', 'c']) call(name)
  await clock.advance(300)
  expect(ends).toEqual([
    ['a', 0],
    ['b', 100],
    ['c', 200],
  ])
})

test('rateLimit: each key has its own limit and its own line, calls without a key share one', async () => {
  const { limit, clock } = limitOf({ limit: 1, keys: 10, queue: 5 })
  const { ends, call } = callers(limit, clock)
  for (const key of ['x', 'y']) {
    call(`${key} 1`, 1, { key })
    call(`${key} 2`, 1, { key })
  }
  call('1')
  call('2')
  expect(limit.snapshot('x')).toMatchObject({ waiting: 3, available: 0, keys: 2 })
  expect(limit.snapshot('unknown')).toMatchObject({ available: 1, keys: 2 })
  await clock.advance(1_000)
  expect(ends).toEqual([
    ['x 1', 0],
    ['y 1', 0],
    ['1', 0],
    ['x 2', 1_000],
    ['y 2', 1_000],
    ['2', 1_000],
  ])
})

test('rateLimit: without keys the key of a call makes no difference', () => {
  const { limit } = limitOf({ limit: 1 })
  expect(limit.tryAcquire(1, 'a')).toBe(true)
  expect(limit.tryAcquire(1, 'b')).toBe(false)
  expect(limit.snapshot('c')).toMatchObject({ available: 0, keys: 0 })
})

test('rateLimit: ever new keys take no more places than configured, and do not push out who has used up a limit', () => {
  const { limit } = limitOf({ keys: 50 })
  limit.tryAcquire(10, 'greedy')
  for (let i = 0; i < 10_000; i++) expect(limit.tryAcquire(1, `stranger ${i}`)).toBe(true)
  expect(limit.snapshot('greedy')).toMatchObject({ available: 0, keys: 50 })
})

test('rateLimit: a key whose limit is full again goes before one that is in use', async () => {
  const { limit, clock } = limitOf({ keys: 3 })
  limit.tryAcquire(2, 'busy')
  limit.tryAcquire(1, 'rested')
  await clock.advance(100)
  limit.tryAcquire(1, 'third')
  limit.tryAcquire(1, 'fourth')
  expect(limit.snapshot('busy')).toMatchObject({ available: 9, keys: 3 })
  expect(limit.snapshot('third')).toMatchObject({ available: 9 })
  expect(limit.snapshot('rested')).toMatchObject({ available: 10 })
})

test('rateLimit: keys in which callers wait are not pushed out', async () => {
  const { limit, clock } = limitOf({ limit: 1, keys: 4, queue: 3 })
  const { ends, call } = callers(limit, clock)
  for (const key of ['a', 'b', 'c']) {
    limit.tryAcquire(1, key)
    call(key, 1, { key })
  }
  for (let i = 0; i < 100; i++) limit.tryAcquire(1, `stranger ${i}`)
  await clock.advance(1_000)
  expect(ends.map(([name]) => name)).toEqual(['a', 'b', 'c'])
  for (let i = 0; i < 100; i++) limit.tryAcquire(1, `stranger ${i}`)
  expect(limit.snapshot()).toMatchObject({ keys: 4 })
})

test('reconfigure: applies at once, also to those who wait, and keeps what was used', async () => {
  const { limit, clock } = limitOf({ queue: 5, queueWaitMax: '10s' })
  limit.tryAcquire(10)
  const { ends, call } = callers(limit, clock)
  for (const name of ['a', 'b', 'c']) call(name)
  await clock.advance(100)
  limit.reconfigure({ limit: 100, burst: 10 })
  await clock.advance(100)
  expect(ends).toEqual([
    ['a', 100],
    ['b', 110],
    ['c', 120],
  ])
  expect(limit.snapshot()).toMatchObject({ limit: 100, burst: 10, queue: 5 })
  limit.reconfigure({ queue: 0, interval: '2s', burst: 3 })
  expect(limit.describe()).toMatchObject({ limit: 100, intervalMs: 2_000, burst: 3, queue: 0 })
})

test('reconfigure: wrong settings are refused and change nothing', () => {
  const { limit } = limitOf()
  expect(() => limit.reconfigure({ limit: 0 })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
  )
  expect(limit.snapshot()).toMatchObject({ limit: 10 })
  limit.reconfigure({ interval: '2s' })
  expect(limit.snapshot()).toMatchObject({ limit: 10, intervalMs: 2_000 })
})

test('rateLimit: who is let go may use the limit from there', async () => {
  const { limit, clock } = limitOf({ queue: 5 })
  limit.tryAcquire(10)
  const order: string[] = []
  void limit.acquire().then(() => {
    order.push(`a ${limit.tryAcquire()}`)
    return limit.acquire().then(() => order.push('a again'))
  })
  void limit.acquire().then(() => order.push('b'))
  await clock.advance(300)
  expect(order).toEqual(['a false', 'b', 'a again'])
})

test('rateLimit: tells of refusals', async () => {
  const { limit } = limitOf({ limit: 1 })
  const heard: unknown[] = []
  const stop = refusalChannel.subscribe((message) => heard.push(message))
  limit.tryAcquire()
  await refusedBy(() => limit.acquire())
  stop()
  expect(heard).toEqual([{ name: 'mail', reason: 'rate-exceeded', retryAfterMs: 1_000 }])
})

test('describe: tells the resolved options', () => {
  const { limit } = limitOf({ queue: 3, queueWaitMax: '2s', learn: false })
  expect(limit.describe()).toEqual({
    kind: 'rate-limit',
    name: 'mail',
    algorithm: 'token-bucket',
    limit: 10,
    intervalMs: 1_000,
    burst: 10,
    queue: 3,
    queueWaitMaxMs: 2_000,
    keys: 0,
  })
  expect(limitOf().limit.describe()).toEqual({
    kind: 'rate-limit',
    name: 'mail',
    algorithm: 'token-bucket',
    limit: 10,
    intervalMs: 1_000,
    burst: 10,
    queue: 0,
    keys: 0,
    learn: { pauseMs: 1_000, pauseMaxMs: 300_000, slowTo: 0.5, recoverMs: 30_000 },
  })
})

test('rateLimit: enters the registry', () => {
  const limits: RateLimit[] = []
  const limit = rateLimit(
    { name: 'mail', limit: 1 },
    {},
    { rateLimits: { add: (each) => limits.push(each) } },
  )
  expect(limits).toEqual([limit])
})
