import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { callContext } from '../engine/caller-scope.ts'
import { circuitBreaker } from './circuit-breaker.ts'

function setUp() {
  const clock = manualClock()
  const breaker = circuitBreaker(
    { name: 'square', openFor: '10s', trip: { kind: 'consecutive', failures: 1 } },
    { clock },
  )
  return { clock, breaker, fails: () => breaker.acquire().record('failed') }
}

test('forceOpen: refuses with its note until it is ended, whatever time passes', async () => {
  const { clock, breaker } = setUp()
  const underWay = breaker.acquire()
  breaker.forceOpen('maintenance')
  await clock.advance(3_600_000)
  await expect(breaker.execute(async () => 1, callContext())).rejects.toMatchObject({
    code: 'ERR_CIRCUIT_OPEN',
    retryAfterMs: 10_000,
    details: { state: 'forced-open', note: 'maintenance' },
  })
  underWay.record('ok')
  breaker.recover()
  expect(breaker.state).toBe('forced-open')
  breaker.forceOpen('still')
  expect(breaker.snapshot()).toMatchObject({ note: 'still', transitions: 1 })
})

test('forceClosed: lets everything through, whatever it ends in', () => {
  const { breaker, fails } = setUp()
  fails()
  breaker.forceClosed()
  for (let i = 0; i < 20; i++) fails()
  breaker.recover()
  breaker.forceClosed()
  expect(breaker.state).toBe('forced-closed')
  expect(breaker.snapshot()).toMatchObject({ counts: { failed: 21 }, retryAfterMs: 0, reason: 'operator' })
})

test('reset: closes from any state and forgets', async () => {
  const { clock, breaker, fails } = setUp()
  const late = breaker.acquire()
  breaker.reset()
  late.record('failed')
  expect(breaker.state).toBe('closed')
  fails()
  expect(breaker.state).toBe('open')
  breaker.reset()
  expect(breaker.state).toBe('closed')
  fails()
  await clock.advance(10_000)
  breaker.acquire()
  breaker.reset()
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', window: { calls: 0 } })
  breaker.forceOpen('note')
  breaker.reset()
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', note: undefined })
})

test('recover: makes an open breaker half-open at once and changes nothing else', () => {
  const { breaker, fails } = setUp()
  breaker.recover()
  expect(breaker.state).toBe('closed')
  fails()
  breaker.recover()
  expect(breaker.snapshot()).toMatchObject({ state: 'half-open', reason: 'health' })
  const probe = breaker.acquire()
  breaker.recover()
  probe.record('ok')
  expect(breaker.state).toBe('closed')
})

test('snapshot: tells since when by the wall clock, also when the clock of the wall was set', async () => {
  const { clock, breaker, fails } = setUp()
  const start = clock.wallTime()
  expect(breaker.snapshot()).toMatchObject({ since: start, openedAt: undefined, reason: 'start' })
  await clock.advance(1_000)
  fails()
  await clock.advance(12_000)
  expect(breaker.snapshot()).toMatchObject({
    state: 'half-open',
    since: start + 11_000,
    openedAt: start + 1_000,
  })
  clock.jumpWall(-60_000)
  expect(breaker.snapshot()).toMatchObject({ state: 'half-open', openedAt: start - 59_000 })
})

test('snapshot: an operator opens it, too, and says for how long to wait', async () => {
  const { clock, breaker } = setUp()
  await clock.advance(3_000)
  breaker.forceOpen()
  expect(breaker.snapshot()).toMatchObject({ openedAt: clock.wallTime(), retryAfterMs: 10_000 })
})

test('forceOpen: what time has brought before is not lost', async () => {
  const { clock, breaker, fails } = setUp()
  fails()
  await clock.advance(10_000)
  breaker.forceOpen()
  expect(breaker.snapshot().transitions).toBe(3)
})
