import { manualClock } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { pipeline } from '../engine/pipeline.ts'
import { retry } from '../retry/retry.ts'
import { timeout } from './timeout.ts'

function setUp() {
  const clock = manualClock()
  const guarded = pipeline([timeout({ name: 'report', limit: 100, perCallMax: 1_000 }, { clock })])
  return { clock, guarded }
}

const never = (): Promise<never> => new Promise(() => {})

test.each([
  [undefined, 100],
  [30, 30],
  [1_000, 1_000],
])('timeout: a call that asks for %s ms may take %i', async (timeoutMs, limitMs) => {
  const { clock, guarded } = setUp()
  let settled = false
  const result = guarded.outcome(never, { timeoutMs }).then((outcome) => {
    settled = true
    return outcome
  })
  await clock.advance(limitMs - 1)
  expect(settled).toBe(false)
  await clock.advance(1)
  expect(await result).toMatchObject({ ok: false, error: { code: 'ERR_TIMEOUT', details: { limitMs } } })
  expect(clock.pending).toBe(0)
})

test.each([0, -1, 1_001, Number.NaN, Infinity])('timeout: a call cannot ask for %s ms', async (timeoutMs) => {
  const { clock, guarded } = setUp()
  await expect(guarded.execute(never, { timeoutMs })).rejects.toThrow(
    `Cannot call "report": its timeoutMs must be from 1 to 1000 (1s), received ${timeoutMs}`,
  )
  expect(clock.pending).toBe(0)
})

test('timeout: the chosen time is the deadline that the work sees, over all attempts', async () => {
  const clock = manualClock()
  const guarded = pipeline([
    timeout({ limit: 100, perCallMax: 1_000 }, { clock }),
    retry({ attempts: 5, baseDelay: 10, maxDelay: 10 }, { clock }),
  ])
  const seen: (number | undefined)[] = []
  const result = guarded.outcome(
    async ({ deadlineMs }) => {
      seen.push(deadlineMs)
      throw new Error('down')
    },
    { timeoutMs: 25 },
  )
  await clock.advance(100)
  expect(await result).toMatchObject({ error: { message: 'down' } })
  expect(seen).toEqual([25, 25, 25])
  expect(clock.pending).toBe(0)
})

test('timeout: without perCallMax no call may choose', async () => {
  const clock = manualClock()
  const guarded = pipeline([timeout({ limit: 100 }, { clock })])
  const result = guarded.outcome(never, { timeoutMs: 10 })
  await clock.advance(100)
  expect(await result).toMatchObject({ error: { details: { limitMs: 100 } } })
})
