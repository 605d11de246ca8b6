import { expect, test } from 'vitest'
import { hedgeDelay, type HedgeDelay, type HedgeQuantile } from './hedge-delay.ts'

function recorded(delay: HedgeDelay, latencies: readonly number[], nowMs = 0): HedgeDelay {
  for (const latencyMs of latencies) delay.record(latencyMs, nowMs)
  return delay
}

const many = (count: number, latencyMs: number) => Array.from({ length: count }, () => latencyMs)

test('hedge delay: a fixed one stays as it is and measures nothing', () => {
  const delay = recorded(hedgeDelay('2s', 'x'), [1, 2, 3])
  expect(delay.fixedMs).toBe(2_000)
  expect(delay.delayMs(0)).toBe(2_000)
  expect(delay.samples(0)).toBe(0)
  expect(delay.description).toEqual({ delayMs: 2_000 })
})

test('hedge delay: there is none before enough latencies were seen', () => {
  const delay = recorded(hedgeDelay({ quantile: 0.95, samples: 20 }, 'x'), many(19, 40))
  expect(delay.fixedMs).toBeUndefined()
  expect(delay.delayMs(0)).toBeUndefined()
  delay.record(40, 0)
  expect(delay.delayMs(0)).toBe(42)
  expect(delay.samples(0)).toBe(20)
})

test('hedge delay: is the quantile, from the shortest to the longest delay', () => {
  const delayOf = (quantile: HedgeQuantile, latencies: readonly number[]) =>
    recorded(hedgeDelay(quantile, 'x'), latencies).delayMs(0)
  const latencies = [...many(95, 10), ...many(5, 1_000)]
  expect(delayOf({ quantile: 0.95 }, latencies)).toBe(10.5)
  expect(delayOf({ quantile: 0.96 }, latencies)).toBe(1_024)
  expect(delayOf({ quantile: 0.96, max: '1s' }, latencies)).toBe(1_000)
  expect(delayOf({ quantile: 0.95, min: '50ms' }, latencies)).toBe(50)
  expect(delayOf({ quantile: 0.95 }, many(100, 0.2))).toBe(1)
  expect(delayOf({ quantile: 0.95 }, many(100, 60_000))).toBe(10_000)
})

test('hedge delay: latencies count for the window and no longer', () => {
  const delay = recorded(hedgeDelay({ quantile: 0.5, samples: 10, window: '6s' }, 'x'), many(10, 40), 500)
  expect(delay.delayMs(5_999)).toBe(42)
  expect(delay.delayMs(6_000)).toBeUndefined()
})

test('hedge delay: describes its resolved options and refuses wrong ones', () => {
  expect(hedgeDelay({ quantile: 0.9 }, 'x').description).toEqual({
    quantile: 0.9,
    minMs: 1,
    maxMs: 10_000,
    samples: 100,
    windowMs: 60_000,
  })
  expect(() => hedgeDelay({ quantile: 95 }, 'x')).toThrow(
    'Cannot configure hedge delay "x": "quantile" must be a number from 0.5 to 0.999, received 95',
  )
  expect(() => hedgeDelay({ quantile: 0.9, min: '2s', max: '1s' }, 'x')).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_OPTION',
      message: 'Cannot configure hedge delay "x": "min" must be at most "max", 1s, received 2s',
      details: { name: 'x', minMs: 2_000, maxMs: 1_000 },
    }),
  )
  expect(hedgeDelay({ quantile: 0.9, min: '1s', max: '1s' }, 'x').description).toMatchObject({ minMs: 1_000 })
})
