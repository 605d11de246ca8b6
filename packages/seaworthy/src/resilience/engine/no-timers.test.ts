import { createHook } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { constant } from '../fallback/derived-fallback.ts'
import { fallback } from '../fallback/fallback.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { pipeline } from './pipeline.ts'

const calls = 10_000
/** The clock's one timer, which is set again while time goes on, and the ticks of its copy. */
const timersMax = 100

test('pipeline: calls that succeed make no timers of their own on the clock of the machine', async () => {
  const guarded = pipeline([
    fallback([constant('none', 0)]),
    retry({ attempts: 3 }),
    circuitBreaker({ name: 'weather', trip: { kind: 'time', length: '10s' } }),
    bulkhead({ name: 'weather', concurrency: 10 }),
    timeout({ limit: '1s' }),
  ])
  let timers = 0
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'Timeout' || type === 'Immediate') timers++
    },
  }).enable()
  try {
    for (let call = 0; call < calls; call++) await guarded.execute(async () => 1)
  } finally {
    hook.disable()
  }
  expect(timers).toBeLessThanOrEqual(timersMax)
})
