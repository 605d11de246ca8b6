/**
 * The distribution of a count whose own rate is uncertain: a Poisson count with a gamma distributed rate, which is the
 * negative binomial with variance mean + dispersion x mean^2. Dispersion 0 is Poisson.
 */
export interface CountDistribution {
  readonly mean: number
  readonly dispersion: number
}

/** Above this mean the count is so near to normal that summing its probabilities would only cost time. */
const summedMeanMax = 5_000

/** Chances of at most, and of less than, a count. */
export interface Cumulative {
  readonly below: number
  readonly upTo: number
}

/** The chances of selling less than `count`, and at most `count`. */
export function cumulative(distribution: CountDistribution, count: number): Cumulative {
  if (count < 0) return { below: 0, upTo: 0 }
  if (distribution.mean > summedMeanMax) return normalCumulative(distribution, count)
  let result: Cumulative = { below: 0, upTo: 0 }
  walk(distribution, (value, chances) => {
    result = chances
    return value >= count
  })
  return result
}

/**
 * The smallest count that is reached with at least chance `p`.
 *
 * @param p from 0 up to, not including, 1
 */
export function quantile(distribution: CountDistribution, p: number): number {
  if (distribution.mean > summedMeanMax) return normalQuantile(distribution, p)
  return walk(distribution, (_, { upTo }) => upTo >= p)
}

/**
 * The range of counts from chance `low` to chance `high`. A count belongs to it when the middle of its own probability
 * does (mid-P, H. O. Lancaster, 1961): whole probabilities would make the range of a small count hold far more than
 * asked.
 */
export function midRange(
  distribution: CountDistribution,
  low: number,
  high: number,
): readonly [low: number, high: number] {
  if (distribution.mean > summedMeanMax) {
    return [normalQuantile(distribution, low), normalQuantile(distribution, high)]
  }
  let first = -1
  const end = walk(distribution, (value, { below, upTo }) => {
    const middle = (below + upTo) / 2
    if (first < 0 && middle >= low) first = value
    return middle > high
  })
  return first < 0 ? [end, end] : [first, Math.max(first, end - 1)]
}

/** Visits the counts from 0 until told to stop, and returns the last. It ends by itself 40 deviations above the mean. */
function walk(
  { mean, dispersion }: CountDistribution,
  stop: (value: number, chances: Cumulative) => boolean,
): number {
  const spread = Math.sqrt(mean + dispersion * mean * mean)
  const last = Math.ceil(mean + 40 * spread + 20)
  let logChance = dispersion < 1e-9 ? -mean : -Math.log1p(dispersion * mean) / dispersion
  const logStep = Math.log(mean / (1 + dispersion * mean))
  let upTo = 0
  for (let value = 0; value < last; value++) {
    const below = upTo
    upTo = Math.min(1, below + Math.exp(logChance))
    if (stop(value, { below, upTo })) return value
    logChance += logStep + Math.log((1 + dispersion * value) / (value + 1))
  }
  return last
}

function normalCumulative(distribution: CountDistribution, count: number): Cumulative {
  const { mean } = distribution
  const spread = deviation(distribution)
  return {
    below: normalChance((count - 0.5 - mean) / spread),
    upTo: normalChance((count + 0.5 - mean) / spread),
  }
}

function normalQuantile(distribution: CountDistribution, p: number): number {
  const spread = deviation(distribution)
  let [low, high] = [0, Math.ceil(distribution.mean + 40 * spread)]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (normalCumulative(distribution, middle).upTo >= p) high = middle
    else low = middle + 1
  }
  return low
}

function deviation({ mean, dispersion }: CountDistribution): number {
  return Math.sqrt(mean + dispersion * mean * mean)
}

/** The standard normal distribution to 1.5e-7: Abramowitz and Stegun, 7.1.26. */
function normalChance(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2)
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const tail = (series * Math.exp((-z * z) / 2)) / 2
  return z < 0 ? tail : 1 - tail
}
