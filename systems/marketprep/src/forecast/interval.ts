import { cumulative, midRange, type CountDistribution } from './count-distribution.ts'

/**
 * How widely sales scatter around their forecast, learnt from forecasts of days that the model had not seen. For each
 * range of the mean the dispersion is set so that the 80 % interval held 80 % of those days: split conformal prediction
 * (Vovk, Gammerman and Shafer, 2005) through the one parameter of the distribution. Coverage of a count is measured by
 * its randomised probability (Brockwell, 2007), without the random number: the share of the count's own probability
 * that lies within the interval.
 */

/** The calibrated dispersion of each range of means. */
export interface IntervalCalibration {
  /** Upper ends of all ranges but the last. */
  readonly edges: readonly number[]
  readonly dispersions: readonly number[]
}

/** A forecast of a day not learnt from, and what was sold on it. */
export interface Outcome {
  readonly mean: number
  readonly sold: number
}

const coverage = 0.8
const rangesMax = 4
const rangeOutcomesMin = 60
const dispersionMax = 2
/** How many outcomes the dispersion of all ranges together is worth to one range. */
const sharedStrength = 150

/** Learns the dispersions. With fewer than 60 outcomes there is one range. */
export function calibrateInterval(outcomes: readonly Outcome[]): IntervalCalibration {
  const sorted = outcomes.toSorted((a, b) => a.mean - b.mean)
  const shared = coveringDispersion(sorted)
  const ranges = Math.max(1, Math.min(rangesMax, Math.floor(sorted.length / rangeOutcomesMin)))
  const edges: number[] = []
  const dispersions: number[] = []
  for (let range = 0; range < ranges; range++) {
    const [from, to] = [range, range + 1].map((part) => Math.floor((part * sorted.length) / ranges)) as [
      number,
      number,
    ]
    const own = coveringDispersion(sorted.slice(from, to))
    dispersions.push(((to - from) * own + sharedStrength * shared) / (to - from + sharedStrength))
    if (range > 0) edges.push(sorted[from]?.mean ?? 0)
  }
  return { edges, dispersions }
}

/** The distribution of the sales with this forecast mean. */
export function distributionOf(calibration: IntervalCalibration, mean: number): CountDistribution {
  const range = calibration.edges.filter((edge) => mean >= edge).length
  return { mean, dispersion: calibration.dispersions[range] ?? 0 }
}

/** The range that holds 4 of 5 days' sales. */
export function interval80(distribution: CountDistribution): readonly [low: number, high: number] {
  return midRange(distribution, (1 - coverage) / 2, (1 + coverage) / 2)
}

/** The share of the outcomes that their intervals hold grows with the dispersion, so halving finds the one that fits. */
function coveringDispersion(outcomes: readonly Outcome[]): number {
  if (outcomes.length === 0) return 0.1
  let [low, high] = [0, dispersionMax]
  for (let step = 0; step < 20; step++) {
    const middle = (low + high) / 2
    if (coveredShare(outcomes, middle) < coverage) low = middle
    else high = middle
  }
  return high < 1e-4 ? 0 : high
}

function coveredShare(outcomes: readonly Outcome[], dispersion: number): number {
  let covered = 0
  for (const { mean, sold } of outcomes) {
    const { below, upTo } = cumulative({ mean, dispersion }, sold)
    const inside = Math.min(upTo, (1 + coverage) / 2) - Math.max(below, (1 - coverage) / 2)
    covered += Math.max(0, inside) / Math.max(upTo - below, 1e-12)
  }
  return covered / outcomes.length
}
