import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { timeout } from '../timeout/timeout.ts'
import { pipeline } from './pipeline.ts'

function setUp() {
  const clock = manualClock()
  const trip = { kind: 'consecutive', failures: 1 } as const
  const breaker = circuitBreaker({ name: 'weather', trip, openFor: '10s' }, { clock })
  return { clock, guarded: pipeline([breaker, timeout({ limit: '1s' }, { clock })]) }
}

test.each([7, undefined, null])('outcome: tells the value %s', async (value) => {
  expect(await setUp().guarded.outcome(async () => value)).toEqual({ ok: true, value })
})

test('outcome: tells what execute would throw: the error of the work, a timeout, a refusal with its time', async () => {
  const error = new Error('down')
  const failing = await setUp().guarded.outcome(() => Promise.reject(error))
  expect(failing).toEqual({ ok: false, error, retryAfterMs: undefined })

  const { clock, guarded } = setUp()
  const hanging = guarded.outcome(() => new Promise(() => {}))
  await clock.advance(1_000)
  expect(await hanging).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT' } })

  const refused = { error: { code: 'ERR_CIRCUIT_OPEN' }, retryAfterMs: 10_000 }
  expect(await guarded.outcome(async () => 1)).toMatchObject({ ok: false, ...refused })
  await expect(guarded.execute(async () => 1)).rejects.toMatchObject(refused.error)
})

test('outcome: work that throws at once is told, not thrown', async () => {
  const error = new TypeError('broken')
  const outcome = setUp().guarded.outcome(() => {
    throw error
  })
  expect(await outcome).toMatchObject({ ok: false, error })
})
