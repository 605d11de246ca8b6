import { expect, test } from 'vitest'
import { manualClock, seededRandom } from 'seaworthy/core'
import { pipeline } from '../engine/pipeline.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from './timeout.ts'

test('timeout: each call has a signal of its own; one that timed out aborts no other and none that follows', async () => {
  const clock = manualClock()
  const guarded = pipeline([timeout({ limit: '100ms' }, { clock })])
  const signals: AbortSignal[] = []
  const hang = () => guarded.outcome(({ signal }) => new Promise(() => signals.push(signal)))
  const first = hang()
  await clock.advance(60)
  const second = hang()
  await clock.advance(40)
  expect(await first).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT' } })
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])

  const third = await guarded.outcome(async ({ signal }) => signal.aborted)
  expect(third).toEqual({ ok: true, value: false })
  await clock.advance(60)
  expect(await second).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT' } })
  expect(new Set(signals).size).toBe(2)
})

test('timeout: each attempt has a signal of its own', async () => {
  const clock = manualClock()
  const runtime = { clock, random: seededRandom(1) }
  const guarded = pipeline([retry({ attempts: 2, baseDelay: 10 }, runtime), timeout({ limit: 100 }, runtime)])
  const aborted: boolean[] = []
  const result = guarded.execute(({ signal, attempt }) => {
    aborted.push(signal.aborted)
    return attempt === 1 ? new Promise(() => {}) : Promise.resolve('fine')
  })
  await clock.advance(1_000)
  expect(await result).toBe('fine')
  expect(aborted).toEqual([false, false])
})

test('timeout: work that rejects after the limit raises no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    const clock = manualClock()
    const guarded = pipeline([timeout({ limit: '100ms' }, { clock })])
    const work = Promise.withResolvers<never>()
    const outcome = guarded.outcome(() => work.promise)
    await clock.advance(100)
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT' } })
    work.reject(new Error('late'))
    // Rejections that nobody handles are told of after all microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})
