import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { adaptiveLimit } from '../adaptive/adaptive-limit.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { retryBudget } from '../budget/retry-budget.ts'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { faultSwitch } from '../faults/fault-switch.ts'
import { hedge } from '../hedge/hedge.ts'
import { memorySharedLimit } from '../rate-limit/memory-shared-limit.ts'
import { rateLimit } from '../rate-limit/rate-limit.ts'
import { sharedRateLimit } from '../rate-limit/shared-rate-limit.ts'
import { clientThrottle } from '../shedding/client-throttle.ts'
import { loadShedder } from '../shedding/load-shedder.ts'
import { createRegistry } from './registry.ts'

test('createRegistry: has a table for each kind of policy with a state, and shows what is in all of them', () => {
  const clock = manualClock()
  const registry = createRegistry()
  const name = 'weather'
  circuitBreaker({ name }, { clock }, registry)
  bulkhead({ name, concurrency: 3 }, { clock }, registry)
  adaptiveLimit({ name, initial: 7 }, { clock }, registry)
  rateLimit({ name, limit: 9 }, { clock }, registry)
  clientThrottle({ name }, { clock }, registry).record('overloaded')
  loadShedder({ name, eventLoopDelay: false, inFlight: { start: 5, full: 9 } }, { clock }, registry)
  faultSwitch(name, { clock }, registry)
  registry.sharedRateLimits.add(
    sharedRateLimit({ name, limit: 8, store: memorySharedLimit(clock) }, { clock }),
  )
  registry.retryBudgets.add(retryBudget({ name, capacity: 4 }, { clock }))
  registry.hedges.add(hedge({ name, delay: '50ms' }, { clock }))
  expect(registry.snapshot()).toEqual({
    breakers: [expect.objectContaining({ name, state: 'closed' })],
    bulkheads: [expect.objectContaining({ name, concurrency: 3 })],
    adaptiveLimits: [expect.objectContaining({ name, limit: 7 })],
    rateLimits: [expect.objectContaining({ name, limit: 9 })],
    sharedRateLimits: [expect.objectContaining({ name, limit: 8 })],
    clientThrottles: [expect.objectContaining({ name, requests: 1, accepts: 0 })],
    loadShedders: [expect.objectContaining({ name, pressure: 0 })],
    retryBudgets: [expect.objectContaining({ name, balance: 4 })],
    hedges: [expect.objectContaining({ name, delayMs: 50 })],
    faults: [expect.objectContaining({ name, injected: 0 })],
  })
})

test.each(['adaptiveLimits', 'rateLimits', 'clientThrottles', 'retryBudgets', 'hedges'] as const)(
  'createRegistry: %s are bounded like the others',
  (table) => {
    const registry = createRegistry({ capacity: 1 })
    const make = (name: string) => ({
      adaptiveLimits: () => adaptiveLimit({ name }, {}, registry),
      rateLimits: () => rateLimit({ name, limit: 1 }, {}, registry),
      clientThrottles: () => clientThrottle({ name }, {}, registry),
      retryBudgets: () => registry.retryBudgets.add(retryBudget({ name })),
      hedges: () => registry.hedges.add(hedge({ name })),
    })
    make('a')[table]()
    expect(() => make('a')[table]()).toThrow(expect.objectContaining({ code: 'ERR_REGISTRY_NAME_TAKEN' }))
    expect(() => make('b')[table]()).toThrow(expect.objectContaining({ code: 'ERR_REGISTRY_FULL' }))
    expect(registry[table].remove('a')).toBe(true)
    make('b')[table]()
    expect(registry[table].list().map(({ name }) => name)).toEqual(['b'])
  },
)
