import type { BoostedTrees } from './boosted-trees.ts'
import { features } from './features.ts'
import { forecastError } from './forecast-errors.ts'
import type { IntervalCalibration } from './interval.ts'
import type { LinearDemand } from './linear-demand.ts'
import { terms } from './linear-terms.ts'
import { modelProblem } from './model-check.ts'

/** The version of the stored form. A model of another version is refused, not converted: train again. */
export const forecastModelVersion = 1

/** Everything a forecast needs beside the sales history. Plain data. */
export interface ForecastModel {
  readonly version: typeof forecastModelVersion
  readonly seed: string
  /** First and last day learnt from. */
  readonly trainedFrom: string
  readonly trainedTo: string
  readonly saleCount: number
  readonly leadDays: number
  /** The features it was trained with, in order. */
  readonly features: readonly string[]
  readonly linear: LinearDemand
  readonly boosted: BoostedTrees
  readonly calibration: IntervalCalibration
  /** How it forecast days that it had not seen when it did. */
  readonly check: { readonly outcomeCount: number; readonly wape: number }
}

export function serialiseModel(model: ForecastModel): string {
  return JSON.stringify(model)
}

/**
 * Reads a stored model and checks all of it, down to every node of every tree.
 *
 * @throws SeaworthyError ERR_FORECAST_MODEL when it is not a whole model of this version
 */
export function parseModel(text: string): ForecastModel {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw forecastError(
      'ERR_FORECAST_MODEL',
      'Cannot read forecast model: must be JSON, received other text',
      { cause },
    )
  }
  const problem = modelProblem(value, {
    version: forecastModelVersion,
    features: features.map(({ name }) => name),
    terms: terms.length,
  })
  if (problem === undefined) return value as ForecastModel
  throw forecastError('ERR_FORECAST_MODEL', `Cannot read forecast model: ${problem}`, {
    details: { problem },
  })
}
