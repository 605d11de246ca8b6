import { isSeaworthyError, type Clock } from 'seaworthy/core'
import type { CallOptions } from './call-options.ts'
import type { EventsClient } from './events-client.ts'
import type { OpenMeteoClient } from './open-meteo-client.ts'
import type { SquareClient } from './square-client.ts'

/** The cheapest call to each service that proves that it answers. None changes anything. */

/** Greenwich: a place that every calendar and every forecast knows. */
const place = { latitude: 51.48, longitude: 0 }

/** Square has no call without a token, but a service that refuses a token in its own words is there. */
export async function probeSquare(square: SquareClient, call: CallOptions): Promise<void> {
  try {
    await square.merchant(call, 'probe')
  } catch (error) {
    if (!isRefusalOfSquare(error)) throw error
  }
}

function isRefusalOfSquare(error: unknown): boolean {
  return (
    isSeaworthyError(error) &&
    error.code === 'ERR_UPSTREAM_UNAUTHORIZED' &&
    Array.isArray(error.details['errors'])
  )
}

export async function probeWeather(
  openMeteo: OpenMeteoClient,
  call: CallOptions,
  clock: Clock,
): Promise<void> {
  const today = dayOf(clock)
  await openMeteo.dailyForecast(call, { ...place, from: today, to: today })
}

export async function probeEvents(events: EventsClient, call: CallOptions, clock: Clock): Promise<void> {
  const today = dayOf(clock)
  await events.near(call, { ...place, from: today, to: today })
}

function dayOf(clock: Clock): string {
  return new Date(clock.wallTime()).toISOString().slice(0, 10)
}
