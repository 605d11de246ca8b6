import { expect, test } from 'vitest'
import {
  breakerChannel,
  breakerShadowChannel,
  manualClock,
  refusalChannel,
  type BreakerMessage,
  type RefusalMessage,
} from 'seaworthy/core'
import { pipeline } from '../engine/pipeline.ts'
import type { CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'

function listen() {
  const real: string[] = []
  const shadow: string[] = []
  const refusals: RefusalMessage[] = []
  const noteIn = (list: string[]) => (message: BreakerMessage) =>
    list.push(`${message.from} > ${message.to}: ${message.reason}`)
  const stops = [
    breakerChannel.subscribe(noteIn(real)),
    breakerShadowChannel.subscribe(noteIn(shadow)),
    refusalChannel.subscribe((message) => refusals.push(message)),
  ]
  return { real, shadow, refusals, [Symbol.dispose]: () => stops.forEach((stop) => stop()) }
}

function setUp(options: Partial<CircuitBreakerOptions> = {}) {
  const clock = manualClock()
  const trip = { kind: 'consecutive', failures: 2 } as const
  const breaker = circuitBreaker({ name: 'square', openFor: '10s', trip, ...options }, { clock })
  const fail = (times: number): void => {
    for (let i = 0; i < times; i++) breaker.acquire().record('failed')
  }
  return { clock, breaker, fail }
}

test('observing: refuses nobody, and tells apart what it would have done', async () => {
  using heard = listen()
  const { clock, breaker, fail } = setUp({ mode: 'observing' })
  fail(2)
  expect(breaker.snapshot()).toMatchObject({
    state: 'observing',
    observed: 'open',
    retryAfterMs: 0,
    transitions: 0,
  })
  fail(3)
  await clock.advance(10_000)
  const probe = breaker.acquire()
  fail(1)
  expect(breaker.snapshot()).toMatchObject({ observed: 'half-open', refused: 4 })
  probe.record('ok')
  expect(breaker.snapshot()).toMatchObject({
    state: 'observing',
    observed: 'closed',
    counts: { ok: 1, failed: 6 },
  })
  expect(heard.shadow).toEqual([
    'closed > open: failures',
    'open > half-open: time',
    'half-open > closed: probe',
  ])
  expect(heard.real).toEqual(['closed > observing: start'])
  expect(heard.refusals).toEqual([])
})

test('observing: a call that it would have refused is no probe, although it began in the same millisecond', async () => {
  const { clock, breaker, fail } = setUp({ mode: 'observing', successes: 2 })
  fail(2)
  await clock.advance(10_000)
  const probe = breaker.acquire()
  const passed = breaker.acquire()
  expect(passed.startedAt).toBe(probe.startedAt)
  expect(passed.generation).toBeLessThan(0)
  passed.record('failed')
  expect(breaker.snapshot().observed).toBe('half-open')
  probe.record('failed')
  expect(breaker.snapshot().observed).toBe('open')
})

test('observing: becomes real without forgetting', () => {
  using heard = listen()
  const { breaker, fail } = setUp({ mode: 'observing' })
  fail(2)
  breaker.reconfigure({ mode: 'enforcing' })
  expect(breaker.snapshot()).toMatchObject({ state: 'open', observed: undefined, transitions: 1 })
  expect(breaker.tryAcquire()).toBeUndefined()
  breaker.reconfigure({ mode: 'observing' })
  breaker.acquire()
  expect(heard.real).toEqual([
    'closed > observing: start',
    'observing > open: operator',
    'open > observing: operator',
  ])
})

test('observing: what an operator forces holds', () => {
  const { breaker, fail } = setUp({ mode: 'observing' })
  breaker.forceOpen('fire')
  expect(breaker.state).toBe('forced-open')
  expect(breaker.tryAcquire()).toBeUndefined()
  breaker.reset()
  expect(breaker.snapshot()).toMatchObject({ state: 'observing', observed: 'closed', transitions: 2 })
  fail(5)
})

test('observing: the ramp lets everybody in and counts whom it would not have', async () => {
  const clock = manualClock()
  const trip = { kind: 'consecutive', failures: 1 } as const
  const options = { name: 'square', openFor: '10s', trip, rampFor: '10s', mode: 'observing' } as const
  const breaker = circuitBreaker(options, { clock, random: { next: () => 0.5 } })
  breaker.acquire().record('failed')
  await clock.advance(10_000)
  breaker.acquire().record('ok')
  breaker.acquire().record('ok')
  expect(breaker.snapshot()).toMatchObject({ observed: 'closed', refused: 1, counts: { ok: 2 } })
})

test('disabled: lets everybody in and counts nothing', async () => {
  using heard = listen()
  const judged: unknown[] = []
  const note = (subject: unknown) => {
    judged.push(subject)
    return 'failed' as const
  }
  const { breaker, fail } = setUp({ mode: 'disabled', hungAfter: '1s', classify: note, classifyResult: note })
  fail(10)
  const guarded = pipeline([breaker])
  await expect(guarded.execute(() => Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect(await guarded.execute(async () => 7)).toBe(7)
  expect(breaker.snapshot()).toMatchObject({
    state: 'disabled',
    counts: { ok: 0, failed: 0, slow: 0, ignored: 0 },
    window: { calls: 0 },
    retryAfterMs: 0,
  })
  expect(judged).toEqual([])
  expect(heard.real).toEqual(['closed > disabled: start'])
  expect(breaker.acquire().generation).toBeLessThan(0)
})

test('disabled: results of calls from before count nowhere, and none of them hangs afterwards', async () => {
  const { clock, breaker } = setUp({ hungAfter: 1_500 })
  const permits = [breaker.acquire(), breaker.acquire()]
  const still = breaker.acquire()
  breaker.reconfigure({ mode: 'disabled' })
  for (const permit of permits) permit.record('failed')
  await clock.advance(5_000)
  expect(breaker.snapshot()).toMatchObject({ hung: 0, counts: { failed: 0 } })
  breaker.reconfigure({ mode: 'enforcing' })
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', hung: 1, counts: { failed: 1 } })
  still.record('ok')
  expect(breaker.snapshot()).toMatchObject({ hung: 0, counts: { ok: 0, failed: 1 } })
})

test('disabled: what an operator forces holds', () => {
  const { breaker } = setUp({ mode: 'disabled' })
  breaker.forceOpen()
  expect(breaker.tryAcquire()).toBeUndefined()
  breaker.forceClosed()
  expect(breaker.state).toBe('forced-closed')
  breaker.reset()
  expect(breaker.state).toBe('disabled')
})

test('enforcing: publishes nothing on the channel for shadows, and nothing when it is made', () => {
  using heard = listen()
  const { fail } = setUp()
  expect(heard.real).toEqual([])
  fail(2)
  expect(heard.real).toEqual(['closed > open: failures'])
  expect(heard.shadow).toEqual([])
})

test('disabled: an open one lets everybody in, too, and their results count nowhere later', () => {
  const { breaker, fail } = setUp()
  fail(2)
  breaker.reconfigure({ mode: 'disabled' })
  expect(breaker.snapshot()).toMatchObject({ state: 'disabled', retryAfterMs: 0 })
  const during = breaker.acquire()
  breaker.reset()
  breaker.reconfigure({ mode: 'enforcing' })
  during.record('failed')
  expect(breaker.snapshot().counts.failed).toBe(2)
})
