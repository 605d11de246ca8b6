import { expect, test, vi } from 'vitest'
import { hedgeChannel, manualClock, type HedgeMessage } from 'seaworthy/core'
import { retryBudget } from '../budget/retry-budget.ts'
import { callContext } from '../engine/caller-scope.ts'
import { hedge } from './hedge.ts'

test('hedge: describes its resolved options and refuses wrong ones', () => {
  const budget = retryBudget()
  expect(hedge().describe()).toEqual({
    kind: 'hedge',
    name: 'hedge',
    max: 1,
    quantile: 0.95,
    minMs: 1,
    maxMs: 10_000,
    samples: 100,
    windowMs: 60_000,
  })
  expect(hedge({ delay: '1s', budget }).describe()).toEqual({
    kind: 'hedge',
    name: 'hedge',
    max: 1,
    delayMs: 1_000,
    budget: budget.describe(),
  })
  expect(() => hedge({ max: 6 })).toThrow('Cannot configure hedge: "max" must be a whole number from 1 to 5')
  expect(() => hedge({ max: 0 })).toThrow('"max" must be')
  expect(() => hedge({ delay: -1 })).toThrow('"delay" must be a duration from 0ms to 1h')
  expect(() => hedge({ delay: '2h' })).toThrow('or an object with a quantile, received "2h"')
  expect(() => hedge({ name: 'x', delay: null as never })).toThrow(
    'Cannot configure hedge "x": "delay" must be',
  )
})

test('hedge: publishes each further attempt, and a listener that throws changes nothing', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const messages: HedgeMessage[] = []
  const stop = hedgeChannel.subscribe((message) => {
    messages.push(message)
    throw new Error('broken listener')
  })
  const clock = manualClock()
  const policy = hedge({ name: 'weather', delay: 100, max: 2 }, { clock })
  const result = policy.execute(
    ({ attempt }) => (attempt < 3 ? new Promise(() => {}) : Promise.resolve('third')),
    callContext(),
  )
  await clock.advance(1_000)
  expect(await result).toBe('third')
  stop()
  expect(messages).toEqual([
    { name: 'weather', attempt: 2, delayMs: 100 },
    { name: 'weather', attempt: 3, delayMs: 100 },
  ])
  expect(warned).toHaveBeenCalledOnce()
  warned.mockRestore()
})
