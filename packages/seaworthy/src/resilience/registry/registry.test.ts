import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { faultSwitch } from '../faults/fault-switch.ts'
import { createRegistry } from './registry.ts'

test('createRegistry: lists and shows what was entered, by kind and in order', () => {
  const registry = createRegistry()
  const runtime = { clock: manualClock() }
  circuitBreaker({ name: 'b' }, runtime, registry)
  circuitBreaker({ name: 'a' }, runtime, registry)
  bulkhead({ name: 'a' }, runtime, registry)
  faultSwitch('a', runtime, registry)
  expect(registry.breakers.list().map((breaker) => breaker.name)).toEqual(['b', 'a'])
  const snapshot = registry.snapshot()
  expect(snapshot.breakers[0]).toMatchObject({ name: 'b', state: 'closed' })
  expect(snapshot.bulkheads[0]).toMatchObject({ name: 'a', active: 0 })
  expect(snapshot.faults[0]).toEqual({ name: 'a', fault: undefined, faults: [], injected: 0 })
})

test('createRegistry: refuses a name that is taken, until it is removed', () => {
  const registry = createRegistry()
  const first = circuitBreaker({ name: 'a' }, {}, registry)
  expect(() => circuitBreaker({ name: 'a' }, {}, registry)).toThrow(
    expect.objectContaining({
      code: 'ERR_REGISTRY_NAME_TAKEN',
      message: 'Cannot register "a": each name of breakers must be unique, this one is taken',
      details: { name: 'a', subject: 'breakers' },
    }),
  )
  expect(registry.breakers.get('a')).toBe(first)
  expect(registry.breakers.remove('a')).toBe(true)
  expect(registry.breakers.remove('a')).toBe(false)
  circuitBreaker({ name: 'a' }, {}, registry)
})

test('createRegistry: refuses more than its capacity and says so', () => {
  const registry = createRegistry({ capacity: 2 })
  for (const name of ['a', 'b']) {
    faultSwitch(name, {}, registry)
    bulkhead({ name }, {}, registry)
  }
  expect(() => faultSwitch('c', {}, registry)).toThrow(
    expect.objectContaining({
      code: 'ERR_REGISTRY_FULL',
      message: 'Cannot register "c": must hold at most 2 faults, holds 2',
      details: { name: 'c', subject: 'faults', capacity: 2 },
    }),
  )
  expect(() => bulkhead({ name: 'c' }, {}, registry)).toThrow('at most 2 bulkheads')
  expect(registry.faults.list().map(({ name }) => name)).toEqual(['a', 'b'])
})

test('createRegistry: holds a thousand of each kind unless told otherwise, and refuses wrong options', () => {
  const { breakers, bulkheads, faults } = createRegistry()
  expect([breakers, bulkheads, faults].map(({ capacity }) => capacity)).toEqual([1_000, 1_000, 1_000])
  expect(() => createRegistry({ capacity: 0 })).toThrow(
    'Cannot configure registry: "capacity" must be a whole number from 1 to 100000, received 0',
  )
})
