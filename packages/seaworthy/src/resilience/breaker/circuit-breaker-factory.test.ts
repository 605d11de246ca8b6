import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { circuitBreakerFactory } from './circuit-breaker.ts'

function setUp() {
  const clock = manualClock()
  const trip = { kind: 'count', size: 4, minimumCalls: 2 } as const
  return { clock, factory: circuitBreakerFactory({ trip, openFor: '10s' }, { clock }) }
}

test('circuitBreakerFactory: each breaker has a state of its own', () => {
  const { factory } = setUp()
  const [one, other] = [factory.create('one'), factory.create('other')]
  for (let i = 0; i < 2; i++) one.acquire().record('failed')
  other.acquire().record('ok')
  expect([one.state, other.state]).toEqual(['open', 'closed'])
  expect(() => one.acquire()).toThrow('Cannot call "one"')
  expect(other.snapshot()).toMatchObject({ name: 'other', window: { calls: 1, failed: 0 } })
})

test('circuitBreakerFactory: one that is reconfigured leaves the others as they are', () => {
  const { factory } = setUp()
  const [one, other] = [factory.create('one'), factory.create('other')]
  one.reconfigure({ openFor: '1s' })
  expect(one.describe()).toMatchObject({ name: 'one', openForMs: 1_000, trip: { size: 4 } })
  expect(other.describe()).toEqual({ kind: 'circuit-breaker', name: 'other', ...factory.describe() })
})

test('circuitBreakerFactory: restores, and refuses the record of another name', () => {
  const { factory } = setUp()
  const one = factory.create('one')
  for (let i = 0; i < 2; i++) one.acquire().record('failed')
  const record: unknown = JSON.parse(JSON.stringify(one))
  expect(factory.create('one', record).state).toBe('open')
  expect(() => factory.create('other', record)).toThrow('the record must be of this name, received "one"')
})

test('circuitBreakerFactory: refuses wrong options once, and each wrong name', () => {
  const { factory } = setUp()
  expect(() => circuitBreakerFactory({ probes: 0 })).toThrow(
    'Cannot configure circuit breaker: "probes" must be',
  )
  expect(() => circuitBreakerFactory({ trip: { kind: 'count', size: 4, minimumCalls: 5 } })).toThrow(
    'Cannot configure circuit breaker trip: "minimumCalls" must be at most the size of the window, 4, received 5',
  )
  expect(() => circuitBreakerFactory({ trip: { kind: 'count', size: 4, minimumCalls: 5 } })).toThrow(
    expect.objectContaining({ details: { target: 'circuit breaker trip', size: 4, minimumCalls: 5 } }),
  )
  expect(() => circuitBreakerFactory({ openForMax: '1s' })).toThrow(
    'Cannot configure circuit breaker: "openForMax"',
  )
  expect(() => circuitBreakerFactory({ name: 'one' } as never)).toThrow('"name" must be one of trip,')
  for (const name of ['', 'x'.repeat(201), 7 as never]) {
    expect(() => factory.create(name)).toThrow('Cannot configure circuit breaker: "name" must be text')
  }
  expect(factory.create('x'.repeat(200)).name).toHaveLength(200)
})
