import {
  coarseClockOf,
  manualClock,
  refusalChannel,
  type Clock,
  type CoarseClock,
  type RefusalMessage,
} from 'seaworthy/core'
import { expect, test } from 'vitest'
import { pipeline } from '../engine/pipeline.ts'
import { SwitchedClock } from '../timeout/switched-clock.fixture.ts'
import { circuitBreaker } from './circuit-breaker.ts'

function setUp() {
  const clock = manualClock()
  const breaker = circuitBreaker(
    { name: 'rates', trip: { kind: 'consecutive', failures: 1 }, openFor: 10_000 },
    { clock },
  )
  const guarded = pipeline([breaker])
  let calls = 0
  const work = async () => ++calls
  const fail = () => guarded.outcome(() => Promise.reject(new Error('down')))
  return { clock, breaker, guarded, work, fail, calls: () => calls }
}

test('circuitBreaker: while it is open, an outcome says what held when it was given, and the work is not called', async () => {
  const { clock, breaker, guarded, work, fail, calls } = setUp()
  await fail()
  const outcome = await guarded.outcome(work)
  expect(Object.keys(outcome)).toEqual(['ok', 'error', 'retryAfterMs'])
  expect(Object.isFrozen(outcome)).toBe(true)
  await clock.advance(4_000)
  expect(outcome).toMatchObject({ ok: false, retryAfterMs: 10_000, error: { code: 'ERR_CIRCUIT_OPEN' } })
  expect(await guarded.outcome(work)).toMatchObject({ retryAfterMs: 6_000, error: { retryAfterMs: 6_000 } })
  expect(calls()).toBe(0)
  expect(breaker.snapshot().refused).toBe(2)
})

test('circuitBreaker: what is told ends with the open state', async () => {
  const { clock, breaker, guarded, work, fail } = setUp()
  await fail()
  const first = guarded.outcome(work)
  await clock.advance(10_000)
  expect(await guarded.outcome(work)).toEqual({ ok: true, value: 1 })
  expect(breaker.state).toBe('closed')
  await fail()
  expect(guarded.outcome(work)).not.toBe(first)
  expect(breaker.snapshot().refused).toBe(2)
})

test('circuitBreaker: forced open, the outcome asks for the open time and carries the note', async () => {
  const { breaker, guarded, work } = setUp()
  breaker.forceOpen('maintenance')
  expect(await guarded.outcome(work)).toMatchObject({
    ok: false,
    retryAfterMs: 10_000,
    error: { details: { note: 'maintenance', state: 'forced-open' } },
  })
  breaker.reset()
  expect(await guarded.outcome(work)).toEqual({ ok: true, value: 1 })
})

test('circuitBreaker: one that only observes refuses no outcome', async () => {
  const { clock } = setUp()
  const breaker = circuitBreaker(
    { name: 'rates', mode: 'observing', trip: { kind: 'consecutive', failures: 1 } },
    { clock },
  )
  const guarded = pipeline([breaker])
  await guarded.outcome(() => Promise.reject(new Error('down')))
  expect(await guarded.outcome(async () => 1)).toEqual({ ok: true, value: 1 })
})

test('circuitBreaker: a shared outcome is published for each call, and an abort before the call comes first', async () => {
  const messages: RefusalMessage[] = []
  using _ = refusalChannel.subscribe((message) => messages.push(message))
  const { guarded, work, fail } = setUp()
  await fail()
  await guarded.outcome(work)
  await guarded.outcome(work)
  expect(messages).toEqual(
    [1, 2].map(() => ({ name: 'rates', reason: 'circuit-open', retryAfterMs: 10_000 })),
  )
  const signal = AbortSignal.abort(new Error('before'))
  expect(await guarded.outcome(work, { signal })).toMatchObject({ ok: false, error: { message: 'before' } })
})

test('circuitBreaker: a shared outcome goes with the note and the mode that it was made for', async () => {
  const { breaker, guarded, work, fail } = setUp()
  breaker.forceOpen('maintenance')
  await guarded.outcome(work)
  breaker.forceOpen('still')
  expect(await guarded.outcome(work)).toMatchObject({ error: { details: { note: 'still' } } })
  breaker.reset()
  await fail()
  await guarded.outcome(work)
  breaker.reconfigure({ openFor: '4s' })
  expect(await guarded.outcome(work)).toMatchObject({ retryAfterMs: 4_000 })
  breaker.reconfigure({ mode: 'observing' })
  expect(await guarded.outcome(work)).toEqual({ ok: true, value: 1 })
  expect(breaker.snapshot()).toMatchObject({ observed: 'open', refused: 5 })
})

test('circuitBreaker: a loop that lets no timer run is not refused for ever', async () => {
  const clock = manualClock()
  // The copy is never renewed by a tick; only a read that is made renews it.
  const exact = coarseClockOf(clock)
  const copy: CoarseClock = {
    isCopy: true,
    moment: exact.moment,
    now: () => clock.now(),
    wallTime: () => clock.wallTime(),
    onRenewal: (callback) => exact.onRenewal(callback),
    countReads: () => {},
  }
  const trip = { kind: 'consecutive', failures: 1 } as const
  const stuck: Clock = {
    coarse: copy,
    now: () => clock.now(),
    wallTime: () => clock.wallTime(),
    schedule: () => {
      throw new Error('a breaker needs no timer')
    },
  }
  const breaker = circuitBreaker({ name: 'rates', trip, openFor: 10_000 }, { clock: stuck })
  const guarded = pipeline([breaker])
  await guarded.outcome(() => Promise.reject(new Error('down')))
  for (let i = 0; i < 70; i++) expect(await guarded.outcome(async () => 1)).toMatchObject({ ok: false })
  await clock.advance(10_000)
  let refused = 0
  while (!(await guarded.outcome(async () => 1)).ok && refused <= 64) refused++
  expect(refused).toBeLessThanOrEqual(64)
})

test('circuitBreaker: calls of one tick share what they are told, those of the next are told anew', async () => {
  const clock = new SwitchedClock()
  const trip = { kind: 'consecutive', failures: 1 } as const
  const guarded = pipeline([circuitBreaker({ name: 'rates', trip, openFor: 10_000 }, { clock })])
  const work = async (): Promise<number> => 1
  await guarded.outcome(() => Promise.reject(new Error('down')))
  clock.coarse.begin()
  const first = guarded.outcome(work)
  for (let call = 0; call < 200; call++) expect(guarded.outcome(work)).toBe(first)
  clock.pass(5)
  clock.coarse.renew()
  expect(guarded.outcome(work)).not.toBe(first)
  expect(await guarded.outcome(work)).toMatchObject({ retryAfterMs: 9_995 })
  clock.coarse.end()
  expect(guarded.outcome(work)).not.toBe(guarded.outcome(work))
})
