import { manualClock, type Outcome } from 'seaworthy/core'
import { afterEach, expect, test, vi } from 'vitest'
import { pipeline } from '../engine/pipeline.ts'
import type { CircuitBreakerOptions } from './circuit-breaker-options.ts'
import { circuitBreaker, circuitBreakerFactory } from './circuit-breaker.ts'

afterEach(() => void vi.restoreAllMocks())

function setUp(options: CircuitBreakerOptions) {
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const breaker = circuitBreaker(options, { clock: manualClock() })
  return {
    breaker,
    guarded: pipeline([breaker]),
    warnings: () => warned.mock.calls.map(([warning]) => String(warning)),
  }
}

const rule = 'must return "ok", "failed", "slow" or "ignored", received'

test.each([
  ['nothing', undefined, 'undefined'],
  ['another word', 'failure', '"failure"'],
  ['a truth', true, 'true'],
])(
  'circuitBreaker: a classifyResult that returns %s counts calls as failed, and warns once',
  async (_what, odd, shown) => {
    const name = `rates ${shown}`
    const { breaker, guarded, warnings } = setUp({ name, classifyResult: () => odd as Outcome })
    for (let i = 0; i < 3; i++) await guarded.execute(async () => i)
    expect(breaker.snapshot().counts).toMatchObject({ ok: 0, failed: 3 })
    expect(warnings()).toEqual([
      `SeaworthyListenerWarning: Cannot judge a call of circuit breaker "${name}": "classifyResult" ${rule} ${shown}; it counts as failed`,
    ])
  },
)

test('circuitBreaker: a classify that returns no outcome counts calls as failed, and warns once, whatever it returns', async () => {
  let calls = 0
  const { breaker, guarded, warnings } = setUp({
    name: 'orders',
    classify: () => `odd ${++calls}` as Outcome,
  })
  for (let i = 0; i < 3; i++) await guarded.outcome(() => Promise.reject(new Error('down')))
  expect(breaker.snapshot().counts.failed).toBe(3)
  expect(warnings()).toEqual([
    `SeaworthyListenerWarning: Cannot judge a call of circuit breaker "orders": "classify" ${rule} "odd 1"; it counts as failed`,
  ])
})

test('circuitBreakerFactory: all breakers of one classify warn once', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const factory = circuitBreakerFactory({ classifyResult: (() => undefined) as never })
  for (const host of ['a', 'b']) await pipeline([factory.create(host)]).execute(async () => 1)
  expect(warned.mock.calls.map(([warning]) => String(warning))).toEqual([
    `SeaworthyListenerWarning: Cannot judge a call of circuit breaker: "classifyResult" ${rule} undefined; it counts as failed`,
  ])
})

test.each(['ok', 'failed', 'slow', 'ignored'] as const)(
  'circuitBreaker: %s is an outcome',
  async (outcome) => {
    const { breaker, guarded, warnings } = setUp({ name: 'fine', classifyResult: () => outcome })
    await guarded.execute(async () => 1)
    expect(breaker.snapshot().counts[outcome]).toBe(1)
    expect(warnings()).toEqual([])
  },
)
