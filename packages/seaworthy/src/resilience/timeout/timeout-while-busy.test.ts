import { expect, test } from 'vitest'
import { timeoutChannel, type TimeoutMessage } from 'seaworthy/core'
import { pipeline } from '../engine/pipeline.ts'
import { retry } from '../retry/retry.ts'
import { SwitchedClock } from './switched-clock.fixture.ts'
import { timeout } from './timeout.ts'

/** While calls are many, the beginning of each is only noted, and its time counts from the next reading of the clock. */
function setUp() {
  const clock = new SwitchedClock()
  clock.coarse.begin()
  return { clock, guarded: pipeline([timeout({ limit: 100 }, { clock })]) }
}

/** Lets all that is ready run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('timeout: while calls are many, one that ends in time is never aborted nor told of, before a tick and after', async () => {
  const messages: TimeoutMessage[] = []
  using _ = timeoutChannel.subscribe((message) => messages.push(message))
  const { clock, guarded } = setUp()
  const works = [1, 2].map(() => Promise.withResolvers<string>())
  const signals: AbortSignal[] = []
  const results = works.map(({ promise }) =>
    guarded.execute(({ signal }) => {
      signals.push(signal)
      return promise
    }),
  )
  works[0]?.resolve('before')
  expect(await results[0]).toBe('before')
  clock.coarse.renew()
  expect(clock.pending).toBe(1)
  works[1]?.resolve('after')
  expect(await results[1]).toBe('after')
  expect(clock.pending).toBe(0)
  clock.pass(1_000)
  await settled()
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
  expect(messages).toEqual([])
})

test('timeout: while calls are many, one that hangs is ended a tick late at most', async () => {
  const { clock, guarded } = setUp()
  let signal: AbortSignal | undefined
  const result = guarded.outcome((context) => {
    signal = context.signal
    return new Promise(() => {})
  })
  clock.pass(5)
  clock.coarse.renew()
  clock.pass(99)
  expect(signal?.aborted).toBe(false)
  clock.pass(1)
  expect(signal?.aborted).toBe(true)
  expect(await result).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT' } })
  expect(clock.pending).toBe(0)
})

test('timeout: while calls are many, the deadline that the work reads is the one that holds', async () => {
  const { clock, guarded } = setUp()
  const seen: (number | undefined)[] = []
  const result = guarded.outcome((context) => {
    seen.push(context.deadlineMs)
    clock.hold(3)
    seen.push(context.deadlineMs)
    return new Promise(() => {})
  })
  clock.coarse.renew()
  expect(seen).toEqual([100, 100])
  clock.pass(97)
  expect(await result).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT' } })
  expect(clock.now()).toBe(100)
})

test('timeout: while calls are many, one that goes on after an attempt was given up keeps its deadline', async () => {
  const clock = new SwitchedClock()
  const guarded = pipeline([
    timeout({ name: 'total', limit: 100 }, { clock }),
    retry({ attempts: 2, baseDelay: 0 }, { clock }),
    timeout({ name: 'attempt', limit: 10 }, { clock }),
  ])
  const signals: AbortSignal[] = []
  clock.coarse.begin()
  const result = guarded.outcome(({ signal }) => {
    signals.push(signal)
    return signals.length === 1 ? Promise.reject(new Error('down')) : new Promise(() => {})
  })
  await settled()
  // The second attempt begins before the first reading of the clock, and so before the call has a deadline of its own.
  clock.pass(0)
  await settled()
  expect(signals).toHaveLength(2)
  clock.coarse.renew()
  clock.pass(10)
  expect(await result).toMatchObject({ error: { details: { name: 'attempt' } } })
  expect([clock.now(), clock.pending]).toEqual([10, 0])
})
