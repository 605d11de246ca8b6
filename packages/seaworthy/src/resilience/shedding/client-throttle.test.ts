import { expect, test } from 'vitest'
import { manualClock, refusalChannel, seededRandom, type RefusalMessage } from 'seaworthy/core'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { pipeline } from '../engine/pipeline.ts'
import { resilienceError } from '../resilience-errors.ts'
import { timeout } from '../timeout/timeout.ts'
import { clientThrottle } from './client-throttle.ts'
import type { ClientThrottleOptions } from './client-throttle-options.ts'

const unavailable = Object.assign(new Error('unavailable'), { status: 503 })

function setUp(options: Partial<ClientThrottleOptions> = {}) {
  const clock = manualClock()
  const chance = { next: () => 0.5 }
  const throttle = clientThrottle(
    { name: 'square', ...options },
    { clock, random: { next: () => chance.next() } },
  )
  const line = pipeline([throttle])
  const call = (work: () => unknown) => line.outcome(async () => work())
  const calls = async (count: number, work: () => unknown): Promise<void> => {
    for (let i = 0; i < count; i++) await call(work)
  }
  return { clock, chance, throttle, line, call, calls }
}

function refuse(): never {
  throw unavailable
}

test('clientThrottle: holds calls back by what was accepted of late, and lets them go when the window has passed', async () => {
  const { clock, chance, throttle, call, calls } = setUp({ window: '2m' })
  await calls(5, () => 'good')
  await calls(10, refuse)
  expect(throttle.snapshot()).toEqual({ name: 'square', requests: 15, accepts: 5, share: 5 / 16, refused: 0 })
  chance.next = () => 5 / 16
  expect(await call(() => 'good')).toMatchObject({ ok: true })
  chance.next = () => 4 / 17 - 0.001
  expect(await call(() => 'good')).toMatchObject({ ok: false, error: { code: 'ERR_CLIENT_THROTTLED' } })
  // Those held back count as asked for.
  expect(throttle.snapshot()).toMatchObject({ requests: 17, accepts: 6, share: 5 / 18, refused: 1 })
  await clock.advance(120_000)
  expect(throttle.snapshot()).toMatchObject({ requests: 0, accepts: 0, share: 0, refused: 1 })
  chance.next = () => 0
  expect(await call(() => 'good')).toMatchObject({ ok: true })
})

test('clientThrottle: a share that lies in the past alone holds nothing back', async () => {
  const { clock, chance, throttle, call, calls } = setUp()
  await calls(20, refuse)
  chance.next = () => 0
  expect(throttle.admits()).toBe(false)
  await clock.advance(120_000)
  expect(await call(() => 'good')).toMatchObject({ ok: true })
})

test('clientThrottle: a refusal carries when to come again, is published, and moves no breaker around it', async () => {
  const messages: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => messages.push(message))
  const { clock, chance, throttle } = setUp({ retryAfter: '4s' })
  for (let i = 0; i < 19; i++) throttle.record('overloaded')
  chance.next = () => 0
  const breaker = circuitBreaker({ name: 'square', trip: { kind: 'consecutive', failures: 1 } }, { clock })
  await expect(pipeline([breaker, throttle]).execute(async () => 1)).rejects.toMatchObject({
    code: 'ERR_CLIENT_THROTTLED',
    status: 503,
    retryAfterMs: 4_000,
    message: 'Cannot call "square": it must accept more of the calls, 95 % are held back',
    details: { name: 'square', share: 0.95 },
  })
  expect(messages).toEqual([{ name: 'square', reason: 'client-throttled', retryAfterMs: 4_000 }])
  expect(breaker.state).toBe('closed')
})

test('clientThrottle: counts calls when they end, so that many at once are not taken for refused', async () => {
  const { clock, throttle, line } = setUp()
  const end = Promise.withResolvers<void>()
  const outcomes = Array.from({ length: 50 }, () => line.outcome(() => end.promise))
  expect(throttle.snapshot()).toMatchObject({ requests: 0, refused: 0 })
  end.resolve()
  await Promise.all(outcomes)
  await clock.settle()
  expect(throttle.snapshot()).toMatchObject({ requests: 50, accepts: 50 })
})

test('clientThrottle: a failure that has nothing to do with load is accepted, a refusal of our own does not count', async () => {
  const { throttle, calls } = setUp()
  await calls(3, () => {
    throw new Error('wrong')
  })
  await calls(2, () => {
    throw resilienceError('ERR_CIRCUIT_OPEN', 'open')
  })
  await calls(1, refuse)
  expect(throttle.snapshot()).toMatchObject({ requests: 4, accepts: 3 })
})

test('clientThrottle: a timeout around it is a refusal, the abort of a caller does not count', async () => {
  const { clock, throttle, line } = setUp()
  const never = (): Promise<never> => new Promise(() => {})
  const timed = pipeline([timeout({ limit: 100 }, { clock }), throttle]).outcome(never)
  const controller = new AbortController()
  const left = line.outcome(never, { signal: controller.signal })
  controller.abort(new Error('left'))
  await clock.advance(100)
  await Promise.all([timed, left])
  expect(throttle.snapshot()).toMatchObject({ requests: 1, accepts: 0 })
})

test('clientThrottle: what values and errors say may be told', async () => {
  const { throttle, calls } = setUp({
    classify: () => 'ignored',
    classifyResult: (value) => (value === 'busy' ? 'overloaded' : 'served'),
  })
  await calls(2, () => 'busy')
  await calls(3, () => 'good')
  await calls(4, refuse)
  expect(throttle.snapshot()).toMatchObject({ requests: 5, accepts: 3 })
})

test('clientThrottle: can be asked and told by those who wrap no function', () => {
  const { chance, throttle } = setUp()
  expect(throttle.admits()).toBe(true)
  for (let i = 0; i < 10; i++) throttle.record('overloaded')
  throttle.record('ignored')
  throttle.record('answered')
  throttle.record('served')
  expect(throttle.snapshot()).toMatchObject({ requests: 12, accepts: 2 })
  chance.next = () => 0
  expect(throttle.admits()).toBe(false)
  expect(throttle.snapshot().refused).toBe(1)
})

test('clientThrottle: a service that bears a tenth is sent twice that, and all again when it is back', async () => {
  const random = seededRandom('throttle')
  const { clock, chance, throttle } = setUp({ window: '12s' })
  chance.next = () => random.next()
  /** A second of 200 calls to a service that accepts so many. */
  const second = async (capacity: number): Promise<number> => {
    let sent = 0
    for (let i = 0; i < 200; i++) {
      if (!throttle.admits()) continue
      sent++
      throttle.record(sent <= capacity ? 'served' : 'overloaded')
    }
    await clock.advance(1_000)
    return sent
  }
  for (let i = 0; i < 30; i++) await second(20)
  let sent = 0
  for (let i = 0; i < 30; i++) sent += await second(20)
  expect(sent / 30).toBeGreaterThan(35)
  expect(sent / 30).toBeLessThan(45)
  for (let i = 0; i < 20; i++) await second(200)
  expect(await second(200)).toBe(200)
})

test('clientThrottle: is idle, so that it may be replaced, when its window is empty', async () => {
  const { clock, throttle } = setUp({ window: '12s' })
  expect(throttle.isIdle).toBe(true)
  throttle.record('served')
  expect(throttle.isIdle).toBe(false)
  await clock.advance(12_000)
  expect(throttle.isIdle).toBe(true)
})

test('clientThrottle: describes itself and refuses wrong options', () => {
  const { throttle } = setUp()
  expect(throttle.describe()).toEqual({
    kind: 'client-throttle',
    name: 'square',
    multiplier: 2,
    windowMs: 120_000,
    callsMin: 10,
    shareMax: 0.95,
  })
  expect(() => setUp({ multiplier: 1 })).toThrow('"multiplier" must be a number from 1.01 to 100, received 1')
})
