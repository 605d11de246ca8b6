import type { ConfidenceLabel } from './types.ts'

/** What a confidence is made from. */
export interface ConfidenceInput {
  /** Market days on which this product was sold at this venue. */
  readonly days: number
  readonly expected: number
  readonly interval80: readonly [low: number, high: number]
}

/** From here up the label is `high`, and below it from here up `medium`. */
export const confidenceBounds = Object.freeze({ high: 0.7, medium: 0.5 })

/**
 * Trust in a forecast, 0 to 1: history x precision. History is days / (days + 3), so that 3 days give a half and 27
 * nine tenths. Precision is 1 / (1 + half the interval's width / expected demand), an expected demand below 1 counting
 * as 1: an interval of +-50 % gives two thirds.
 */
export function confidenceOf({ days, expected, interval80: [low, high] }: ConfidenceInput): number {
  const history = days / (days + 3)
  const precision = 1 / (1 + (high - low) / 2 / Math.max(1, expected))
  return history * precision
}

export function confidenceLabelOf(confidence: number): ConfidenceLabel {
  if (confidence >= confidenceBounds.high) return 'high'
  return confidence >= confidenceBounds.medium ? 'medium' : 'low'
}
