import { manualClock, seededRandom } from 'seaworthy/core'
import { createMetrics, renderPrometheus } from 'seaworthy/telemetry'
import { expect, test } from 'vitest'
import { dependency } from './dependency.ts'
import { observeDependencies } from './observe-dependencies.ts'

test('observeDependencies: what policies know is read when it is asked for, until stopped', async () => {
  const runtime = { clock: manualClock(), random: seededRandom('gauges') }
  const held = Promise.withResolvers<string>()
  const call = () => held.promise
  const fixed = dependency({ name: 'fixed', bulkhead: { concurrency: 1, queue: 5 }, call }, runtime)
  const adaptive = dependency(
    {
      name: 'adaptive',
      adaptive: { initial: 7 },
      shedding: {},
      budget: { capacity: 3 },
      rateLimit: { limit: 1, interval: '1m', queue: 2 },
      call,
    },
    runtime,
  )
  const metrics = createMetrics()
  const stop = observeDependencies(metrics, [fixed, adaptive])
  const lines = () => renderPrometheus(metrics).split('\n')
  const answers = Promise.allSettled([fixed(), fixed(), adaptive(), adaptive()])
  expect(lines()).toEqual(
    expect.arrayContaining([
      'seaworthy_slots{name="fixed"} 1',
      'seaworthy_slots_taken{name="fixed"} 1',
      'seaworthy_slots_waiting{name="fixed"} 1',
      'seaworthy_retry_budget_balance{name="fixed"} 100',
      'seaworthy_slots{name="adaptive"} 7',
      'seaworthy_slots_taken{name="adaptive"} 1',
      'seaworthy_slots_waiting{name="adaptive"} 0',
      'seaworthy_client_throttle_share{name="adaptive"} 0',
      'seaworthy_retry_budget_balance{name="adaptive"} 3',
      'seaworthy_rate_limit_waiting{name="adaptive"} 1',
    ]),
  )
  expect(lines().filter((line) => /throttle_share\{|rate_limit_waiting\{/.test(line))).toHaveLength(2)
  stop()
  held.resolve('done')
  await runtime.clock.advance(60_000)
  await answers
  expect(lines()).toContain('seaworthy_slots_taken{name="fixed"} 1')
})
