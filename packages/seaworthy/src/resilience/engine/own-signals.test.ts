import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { manualClock } from 'seaworthy/core'
import { bulkhead } from '../bulkhead/bulkhead.ts'
import { circuitBreaker } from '../breaker/circuit-breaker.ts'
import { recover } from '../fallback/derived-fallback.ts'
import { fallback } from '../fallback/fallback.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from '../timeout/timeout.ts'
import { pipeline } from './pipeline.ts'
import type { Policy } from './policy.ts'

const lines: readonly (readonly [string, () => readonly Policy[]])[] = [
  ['no policy', () => []],
  ['retry', () => [retry()]],
  ['breaker', () => [circuitBreaker({ name: 'breaker' })]],
  ['bulkhead', () => [bulkhead({ name: 'slots' })]],
  ['fallback', () => [fallback([recover('recovered', () => 0)])]],
  ['timeout', () => [timeout()]],
]

test.each(lines)(
  "signals: with %s a call has one of its own, which the caller's abort ends",
  async (_name, policies) => {
    const line = pipeline(policies())
    const caller = new AbortController()
    const signals: AbortSignal[] = []
    const call = (): Promise<unknown> =>
      line.execute(
        ({ signal }) => {
          signals.push(signal)
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error))
          })
        },
        { signal: caller.signal },
      )
    const calls = [call(), call()].map((each) => each.catch((error: unknown) => error))
    caller.abort(new Error('gone'))
    const ended = await Promise.all(calls)
    expect(ended).toEqual([caller.signal.reason, caller.signal.reason])
    expect(new Set([...signals, caller.signal]).size).toBe(3)
  },
)

test.each(lines)('signals: with %s an abort after success is seen by nobody', async (_name, policies) => {
  const line = pipeline(policies())
  const caller = new AbortController()
  let kept: AbortSignal | undefined
  await line.execute(async ({ signal }) => (kept = signal).aborted, { signal: caller.signal })
  caller.abort()
  expect(kept?.aborted).toBe(false)
})

test('signals: each attempt has one of its own, and one that is over is not ended with a later one', async () => {
  const clock = manualClock()
  const line = pipeline([retry({ attempts: 3, backoff: () => 0 }, { clock })])
  const caller = new AbortController()
  const signals: AbortSignal[] = []
  const call = line.execute(
    ({ signal }) => {
      signals.push(signal)
      return signals.length < 3 ? Promise.reject(new Error('down')) : new Promise(() => {})
    },
    { signal: caller.signal },
  )
  call.catch(() => undefined)
  await clock.advance(1_000)
  caller.abort(new Error('gone'))
  await expect(call).rejects.toThrow('gone')
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, true])
})

test("signals: work that listens leaves nothing on the caller's signal", async () => {
  const { signal: callers } = new AbortController()
  const line = pipeline([retry()])
  for (let call = 0; call < 50; call++) {
    await line.execute(async ({ signal }) => signal.addEventListener('abort', () => {}), { signal: callers })
  }
  expect(getEventListeners(callers, 'abort').length).toBe(1)
})
