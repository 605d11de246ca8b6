import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { callInTurn } from './call-loops.ts'
import { measureTimes } from './measure-times.ts'

test('measureTimes: nanoseconds a call, in batches that take about the same time for all', async () => {
  const clock = manualClock()
  const calls = { slow: 0, fast: 0 }
  const times = await measureTimes(
    [
      { name: 'slow', call: () => (calls.slow++, clock.advance(0.5)) },
      { name: 'fast', call: () => (calls.fast++, clock.advance(0.25)) },
    ],
    {
      clock,
      loop: callInTurn,
      batchMs: 10,
      batchStep: 10,
      rounds: 3,
      warmUp: { calls: 20, ms: 1_000, rounds: 1 },
    },
  )
  expect(times).toEqual(
    new Map([
      ['slow', 500_000],
      ['fast', 250_000],
    ]),
  )
  // 10 calls to warm up, then 4 batches of 10 ms.
  expect(calls).toEqual({ slow: 10 + 4 * 20, fast: 10 + 4 * 40 })
})

test('measureTimes: a subject that is too slow to be warmed up by calls is by time', async () => {
  const clock = manualClock()
  let calls = 0
  await measureTimes([{ name: 'slow', call: () => (calls++, clock.advance(10)) }], {
    clock,
    loop: callInTurn,
    batchMs: 10,
    batchStep: 10,
    rounds: 1,
    warmUp: { calls: 1_000_000, ms: 300, rounds: 0 },
  })
  // 10 and 20 calls are 300 ms; a batch is never smaller than its step.
  expect(calls).toBe(10 + 20 + 10)
})
