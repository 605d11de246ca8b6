import { errorCode, type Clock, type Outcome } from 'seaworthy/core'
import { classifyClientError } from '../clients/client-errors.ts'
import type { Venue } from '../contract/catalogue.ts'
import { addDays } from '../data/index.ts'
import { dayIn } from '../market-days.ts'
import { weatherError } from './weather-errors.ts'

/** How many days ahead Open-Meteo forecasts. */
const daysAheadMax = 15

/** Whether a day at a place is further ahead than forecasts reach. */
export function isBeyondForecast({ timeZone }: Venue, date: string, clock: Clock): boolean {
  return date > addDays(dayIn(timeZone, clock.wallTime()), daysAheadMax)
}

/** The error of a day without a forecast. */
export function noForecast(date: string): Error {
  return weatherError(
    'ERR_NO_FORECAST',
    `Cannot forecast the weather of ${date}: the day must be at most ${daysAheadMax} days ahead`,
    { details: { date } },
  )
}

/** A day too far ahead says nothing about the service. */
export function classifyWeatherError(error: unknown): Outcome {
  return errorCode(error) === 'ERR_NO_FORECAST' ? 'ignored' : classifyClientError(error)
}
