import { errorCode, type Outcome } from 'seaworthy/core'
import { classifyClientError } from '../clients/client-errors.ts'
import { weatherError } from './weather-errors.ts'

/** The error of a day that is too far ahead. */
export function noForecast(date: string): Error {
  return weatherError(
    'ERR_NO_FORECAST',
    `Cannot forecast the weather of ${date}: the day must be at most 15 days ahead`,
    {
      details: { date },
    },
  )
}

/** A day too far ahead says nothing about the service. */
export function classifyWeatherError(error: unknown): Outcome {
  return errorCode(error) === 'ERR_NO_FORECAST' ? 'ignored' : classifyClientError(error)
}
