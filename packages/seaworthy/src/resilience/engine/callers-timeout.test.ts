import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { adaptiveLimit } from '../adaptive/adaptive-limit.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { hedge } from '../hedge/hedge.ts'
import { clientThrottle } from '../shedding/client-throttle.ts'
import { timeout } from '../timeout/timeout.ts'
import { pipeline } from './pipeline.ts'
import type { Policy } from './policy.ts'

const never = () => new Promise<never>(() => {})

const clock = manualClock()

/** Policies that judge calls, with a timeout of the caller around all of them or one of their own. */
function setUp(around: (inner: readonly Policy[]) => readonly Policy[] = (inner) => inner) {
  const runtime = { clock }
  const breaker = circuitBreaker({ name: 'inner', trip: { kind: 'consecutive', failures: 1 } }, runtime)
  const limit = adaptiveLimit({ name: 'inner' }, runtime)
  const throttle = clientThrottle({ name: 'inner' }, runtime)
  const inner = pipeline(around([throttle, breaker, limit]))
  const outer = pipeline([timeout({ name: 'outer', limit: '100ms' }, runtime)])
  const judged = () => [breaker.state, limit.snapshot().dropped, throttle.snapshot().requests]
  return { inner, outer, judged }
}

test.each([
  ['alone', undefined],
  ['inside a hedge', (inner: readonly Policy[]) => [hedge({ delay: '10ms' }, { clock }), ...inner]],
])('a caller that gives up because of a timeout of its own judges nothing, %s', async (_where, around) => {
  const { inner, outer, judged } = setUp(around)
  const call = expect(outer.execute(({ signal }) => inner.execute(never, { signal }))).rejects.toMatchObject({
    code: 'ERR_TIMEOUT',
    message: expect.stringContaining('"outer"'),
  })
  await clock.advance(100)
  await call
  expect(judged()).toEqual(['closed', 0, 0])
})

test('a timeout around the policies of the same call judges, also when a signal of the caller is there', async () => {
  const { inner, judged } = setUp((policies) => {
    return [timeout({ name: 'own', limit: '50ms' }, { clock }), ...policies]
  })
  const call = expect(inner.execute(never, { signal: new AbortController().signal })).rejects.toThrow('"own"')
  await clock.advance(50)
  await call
  expect(judged()).toEqual(['open', 1, 1])
})
