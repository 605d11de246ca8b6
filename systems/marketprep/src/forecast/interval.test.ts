import { seededRandom } from 'seaworthy/core'
import { expect, test } from 'vitest'
import { coverage } from './evaluate.ts'
import { calibrateInterval, distributionOf, interval80, type Outcome } from './interval.ts'

/** Forecasts that are off by a factor with the given deviation of its logarithm. */
function outcomes(count: number, deviationOf: (mean: number) => number, seed: string): readonly Outcome[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => {
    const mean = 2 + 38 * random.next()
    return { mean, sold: random.poisson(mean * Math.exp(random.normal(0, deviationOf(mean)))) }
  })
}

function held(learnt: readonly Outcome[], fresh: readonly Outcome[]): number {
  const calibration = calibrateInterval(learnt)
  return coverage(
    fresh.map(({ mean, sold }) => ({ interval80: interval80(distributionOf(calibration, mean)), sold })),
  )
}

test('calibrateInterval: on fresh days 75 to 85 % are held, whether the model errs little or much', () => {
  for (const deviation of [0, 0.1, 0.3, 0.6]) {
    const share = held(
      outcomes(600, () => deviation, `learnt ${deviation}`),
      outcomes(2_000, () => deviation, `fresh ${deviation}`),
    )
    expect(share).toBeGreaterThan(75)
    expect(share).toBeLessThan(85)
  }
})

test('calibrateInterval: large means that are forecast worse get a wider range of their own', () => {
  const errs = (mean: number): number => (mean > 20 ? 0.5 : 0.05)
  const calibration = calibrateInterval(outcomes(1_200, errs, 'ranges'))
  expect(distributionOf(calibration, 30).dispersion).toBeGreaterThan(
    2 * distributionOf(calibration, 5).dispersion,
  )
})

test('calibrateInterval: exact forecasts of Poisson counts get hardly any dispersion', () => {
  const calibration = calibrateInterval(outcomes(2_000, () => 0, 'exact'))
  expect(distributionOf(calibration, 15).dispersion).toBeLessThan(0.02)
})

test('calibrateInterval: without outcomes there is one range of a moderate dispersion', () => {
  expect(calibrateInterval([])).toEqual({ edges: [], dispersions: [0.1] })
})
