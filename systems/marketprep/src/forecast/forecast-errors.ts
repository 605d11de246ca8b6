import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of the forecast. */
export const forecastErrors = {
  ERR_FORECAST_INPUT: {
    title: 'Invalid forecast input',
    status: 422,
    meaning: 'A sale, a question or a product cost is outside its range.',
    remedy: 'Correct the field that the message names.',
  },
  ERR_FORECAST_HISTORY: {
    title: 'Too little sales history',
    status: 409,
    meaning: 'There are fewer sales than a model can be trained from.',
    remedy: 'Use the heuristic until more market days are recorded.',
  },
  ERR_FORECAST_MODEL: {
    title: 'Invalid forecast model',
    status: 500,
    meaning: 'A stored model is not JSON, of another version, or damaged.',
    remedy: 'Train the model again.',
  },
  ERR_FORECAST_TRAINING: {
    title: 'Forecast training failed',
    status: 500,
    meaning: 'The training worker ended without a model: it crashed, or exceeded its memory limit.',
    remedy: 'Train again with fewer sales or a higher memory limit; the heuristic answers until then.',
  },
} as const satisfies ErrorTable

/** A code of the forecast. */
export type ForecastErrorCode = keyof typeof forecastErrors

export const forecastError = errorFactory(forecastErrors)
