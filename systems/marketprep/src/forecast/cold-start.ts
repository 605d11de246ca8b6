/**
 * Empirical Bayes for counts: a mean of few days is drawn towards the mean of what it belongs to (a pair of product and
 * venue to its product, a product to its category). With a gamma prior on the rate of a Poisson count the posterior mean
 * is (strength x prior + sum) / (strength + days), the prior weighing as much as `strength` days.
 * Source: Casella, "An Introduction to Empirical Bayes Data Analysis", The American Statistician 39 (1985).
 */

/** How many days of own sales each prior is worth. */
export interface PriorStrengths {
  readonly category: number
  readonly product: number
  readonly pair: number
}

export const defaultPriorStrengths: PriorStrengths = Object.freeze({ category: 2, product: 2, pair: 3 })

/** The posterior mean of a rate. */
export function shrink(sum: number, days: number, prior: number, strength: number): number {
  return (strength * prior + sum) / (strength + days)
}

/** The sum and number of days behind one mean. */
export interface RateSample {
  readonly sum: number
  readonly days: number
  /** The mean of the group it belongs to. */
  readonly prior: number
}

/**
 * The strength that fits the spread of the samples' rates around their priors (method of moments): rates that differ
 * much from their priors make the priors weak. Between 0.5 and 12 days; `otherwise` with fewer than three samples.
 */
export function estimateStrength(samples: readonly RateSample[], otherwise: number): number {
  const usable = samples.filter((sample) => sample.days >= 4 && sample.prior > 0)
  if (usable.length < 3) return otherwise
  let between = 0
  let priors = 0
  for (const { sum, days, prior } of usable) {
    const rate = sum / days
    between += (rate - prior) ** 2 - prior / days
    priors += prior
  }
  const variance = between / usable.length
  const strength = variance > 0 ? priors / usable.length / variance : 12
  return Math.min(12, Math.max(0.5, strength))
}
