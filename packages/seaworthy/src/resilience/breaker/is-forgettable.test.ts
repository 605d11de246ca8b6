import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import type { BreakerRuleOptions } from './circuit-breaker-options.ts'
import { circuitBreaker } from './circuit-breaker.ts'

function setUp(changes: BreakerRuleOptions = {}) {
  const clock = manualClock()
  const trip = { kind: 'consecutive', failures: 2 } as const
  const options = { name: 'square', openFor: '10s', forgetAfter: '30s', trip, ...changes } as const
  const breaker = circuitBreaker(options, { clock, random: { next: () => 0 } })
  const open = (): void => {
    for (let i = 0; i < 2; i++) breaker.acquire().record('failed')
  }
  const close = async (): Promise<void> => {
    open()
    await clock.advance(10_000)
    breaker.acquire().record('ok')
  }
  return { clock, breaker, open, close }
}

test('isIdle: a closed breaker may go, also with a failure that it has counted', () => {
  const { breaker } = setUp()
  expect(breaker.isIdle).toBe(true)
  breaker.acquire().record('failed')
  expect(breaker.isIdle).toBe(true)
})

test('isIdle: one that has opened stays, but not for ever when nobody calls again', async () => {
  const { clock, breaker, open } = setUp()
  open()
  expect(breaker.isIdle).toBe(false)
  await clock.advance(39_999)
  expect([breaker.state, breaker.isIdle]).toEqual(['half-open', false])
  await clock.advance(1)
  expect(breaker.isIdle).toBe(true)
  const probe = breaker.acquire()
  expect(breaker.isIdle).toBe(false)
  probe.record('ok')
  expect([breaker.state, breaker.isIdle]).toEqual(['closed', true])
})

test('isIdle: the growth of the open time is not forgotten early', async () => {
  const { clock, breaker, close } = setUp({ openForFactor: 2, rampFor: '1s' })
  expect(breaker.isIdle).toBe(true)
  await close()
  await clock.advance(29_999)
  expect(breaker.isIdle).toBe(false)
  await clock.advance(1)
  expect(breaker.isIdle).toBe(true)
})

test('isIdle: the ramp is not cut short', async () => {
  const { clock, breaker, close } = setUp({ rampFor: '5s' })
  await close()
  await clock.advance(4_999)
  expect(breaker.isIdle).toBe(false)
  await clock.advance(1)
  expect(breaker.isIdle).toBe(true)
  breaker.reset()
  expect(breaker.isIdle).toBe(true)
})

test('isIdle: what an operator holds stays', async () => {
  const { clock, breaker } = setUp()
  for (const hold of ['forceOpen', 'forceClosed'] as const) {
    breaker[hold]()
    await clock.advance(86_400_000)
    expect(breaker.isIdle).toBe(false)
  }
  breaker.reset()
  expect(breaker.isIdle).toBe(true)
})

test('isIdle: sees by itself what time has brought', async () => {
  const { clock, breaker, open } = setUp()
  open()
  await clock.advance(40_000)
  expect(breaker.isIdle).toBe(true)
})
