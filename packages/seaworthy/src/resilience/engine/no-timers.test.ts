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

/** A pipeline on the clock of the machine, as services have them. */
function usualPipeline() {
  return pipeline([
    fallback([constant('none', 0)]),
    retry({ attempts: 3 }),
    circuitBreaker({ name: 'weather', trip: { kind: 'time', length: '10s' } }),
    bulkhead({ name: 'weather', concurrency: 10 }),
    timeout({ limit: '1s' }),
  ])
}

/** How many timers the process makes meanwhile, whoever makes them. */
async function timersMadeIn(run: () => Promise<void>): Promise<number> {
  let timers = 0
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'Timeout' || type === 'Immediate') timers++
    },
  }).enable()
  try {
    await run()
  } finally {
    hook.disable()
  }
  return timers
}

async function make(count: number, call: () => Promise<unknown>): Promise<void> {
  for (let made = 0; made < count; made++) await call()
}

test('pipeline: the first calls set the one timer of the clock, and set it again when its copy begins to tick', async () => {
  const guarded = usualPipeline()
  expect(await timersMadeIn(() => make(calls, () => guarded.execute(async () => 1)))).toBeLessThanOrEqual(2)
})

test.each(['execute', 'outcome'] as const)(
  'pipeline: a call that succeeds makes no timer (%s)',
  async (form) => {
    const guarded = usualPipeline()
    const call = (): Promise<unknown> => guarded[form](async () => 1)
    await make(1_000, call)
    expect(await timersMadeIn(() => make(calls, call))).toBe(0)
  },
)

test('pipeline: calls under way at once share one timer too, and so do those that fail', async () => {
  const guarded = pipeline([timeout({ limit: '1s' }), timeout({ limit: '2s', perCallMax: '5s' })])
  const failing = async (): Promise<never> => {
    throw new Error('down')
  }
  const wave = async (): Promise<void> => {
    const outcomes = Array.from({ length: 500 }, (_, index) =>
      index % 2 === 0 ? guarded.outcome(async () => 1) : guarded.outcome(failing, { timeoutMs: 4_000 }),
    )
    expect((await Promise.all(outcomes)).filter(({ ok }) => ok)).toHaveLength(250)
  }
  await make(5, wave)
  expect(await timersMadeIn(() => make(20, wave))).toBe(0)
})
