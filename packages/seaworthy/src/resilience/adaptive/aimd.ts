import type { LimitAlgorithm } from './limit-algorithm.ts'

/**
 * Additive increase: one more call at once after each window in which the limit was reached. The decrease is by a share,
 * when calls are dropped, as with all algorithms. It only learns from drops, so it suits services that refuse what is too
 * much. (D. Chiu, R. Jain, Analysis of the Increase and Decrease Algorithms for Congestion Avoidance, 1989; Netflix
 * concurrency-limits, AIMDLimit.)
 */
export const aimd = Object.freeze<LimitAlgorithm>({
  needsBase: false,
  isOverloaded: () => false,
  adjust: ({ limit, isUsed }) => (isUsed ? limit + 1 : limit),
})
