import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatencyWindow } from './latency-window.ts'

const minute = { lengthMs: 60_000, slices: 6 }

/** The nearest-rank quantile. */
function exactQuantile(latencies: readonly number[], quantile: number): number {
  const sorted = latencies.toSorted((a, b) => a - b)
  return sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN
}

function expectNear(estimate: number | undefined, exact: number): void {
  expect(estimate).toBeGreaterThan(exact)
  expect(estimate).toBeLessThanOrEqual(exact + Math.max(exact / 16, 1 / 16) + 1e-9)
}

test('LatencyWindow: an empty one has no quantile', () => {
  const window = new LatencyWindow(0.95, minute)
  expect(window.quantileMs(0)).toBeUndefined()
  expect(window.count(0)).toBe(0)
})

test.each([
  [0, 1 / 16],
  [0.99, 1],
  [1, 17 / 16],
  [15.9, 16],
  [100, 104],
  [1_000, 1_024],
  [-5, 1 / 16],
  [2 ** 27, 2 ** 27],
  [Infinity, 2 ** 27],
])('LatencyWindow: tells %d ms as %d ms', (latencyMs, told) => {
  const window = new LatencyWindow(1, minute)
  window.record(latencyMs, 0)
  expect(window.quantileMs(0)).toBe(told)
})

test('LatencyWindow: the quantile of a hundred latencies is that of the right rank', () => {
  const quantiles = [0.01, 0.5, 0.95, 0.951, 1]
  const told = quantiles.map((quantile) => {
    const window = new LatencyWindow(quantile, minute)
    for (let ms = 1; ms <= 100; ms++) window.record(ms, 0)
    return window.quantileMs(0)
  })
  expect(told).toEqual([17 / 16, 52, 96, 100, 104])
})

test('LatencyWindow: what fell out of the window counts no more, slice by slice', () => {
  const window = new LatencyWindow(1, minute)
  window.record(500, 0)
  window.record(40, 10_000)
  window.record(3, 20_000)
  expectNear(window.quantileMs(59_999), 500)
  expect(window.count(59_999)).toBe(3)
  expectNear(window.quantileMs(60_000), 40)
  expect(window.count(60_000)).toBe(2)
  expectNear(window.quantileMs(70_000), 3)
  expect(window.quantileMs(80_000)).toBeUndefined()
})

test('LatencyWindow: after any idle time nothing old counts', () => {
  const window = new LatencyWindow(0.5, minute)
  window.record(500, 0)
  expect(window.count(3_600_000)).toBe(0)
  window.record(7, 3_600_000)
  expectNear(window.quantileMs(3_600_000), 7)
})

const latency = fc.oneof(
  fc.double({ min: 0, max: 2, noNaN: true }),
  fc.double({ min: 0, max: 60_000, noNaN: true }),
  fc.integer({ min: 0, max: 300 }),
)

test('LatencyWindow: never below the exact quantile and at most a sixteenth above, while the window slides', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ latencyMs: latency, passMs: fc.constantFrom(0, 0, 1, 50, 900, 2_500) }), {
        minLength: 1,
        maxLength: 200,
        size: 'max',
      }),
      fc.constantFrom(0.01, 0.5, 0.9, 0.95, 0.99, 1),
      fc.constantFrom(1, 3, 10),
      (samples, quantile, slices) => {
        const sliceMs = 1_000
        const window = new LatencyWindow(quantile, { lengthMs: sliceMs * slices, slices })
        const kept: { readonly latencyMs: number; readonly slice: number }[] = []
        let nowMs = 0
        for (const { latencyMs, passMs } of samples) {
          nowMs += passMs
          window.record(latencyMs, nowMs)
          kept.push({ latencyMs, slice: Math.floor(nowMs / sliceMs) })
          const oldest = Math.floor(nowMs / sliceMs) - slices
          const counting = kept.filter(({ slice }) => slice > oldest).map((sample) => sample.latencyMs)
          expect(window.count(nowMs)).toBe(counting.length)
          expectNear(window.quantileMs(nowMs), exactQuantile(counting, quantile))
        }
      },
    ),
    { numRuns: 100 },
  )
})
