/**
 * What to expect of a product or venue that is new. The linear part of the model draws the weights of whatever it saw
 * little of to those of the wider group, with priors learnt from the data (see `linear-training.ts`), so what it never
 * saw gets the group's: a new product that of its category, a new venue that of all venues. When sales of a new product
 * arrive before the model is trained again, its level follows them by the factor below.
 */

/** How many units of expected sales the group's level is worth: about a market day of an ordinary product. */
export const levelStrengthUnits = 10

/**
 * The factor by which a new product sells more than its group: the mean of a gamma posterior on the rate of Poisson
 * counts, (strength + sold) / (strength + expected). 1 before the first sale.
 * Source: Casella, "An Introduction to Empirical Bayes Data Analysis", The American Statistician 39 (1985).
 */
export function levelFactor(sold: number, expected: number): number {
  return (levelStrengthUnits + sold) / (levelStrengthUnits + expected)
}
