import {
  jsonResponse,
  type SimulatedRequest,
  type SimulatedResponse,
  type Simulator,
} from '../http/exchange.ts'
import type { World } from '../world/create-world.ts'
import { round } from '../world/geography.ts'
import { addDays, datesBetween } from '../world/iso-date.ts'
import { zoneOffsetSeconds } from '../world/zone-offset.ts'
import { searchTowns } from './geocoding.ts'
import { badParameter, OpenMeteoError } from './open-meteo-error.ts'
import { forecastDay } from './weather-forecast.ts'
import { readWeatherQuery, type WeatherQuery } from './weather-query.ts'

interface OpenMeteoParts {
  readonly world: World
  readonly nowMs: () => number
}

/** Observations reach the archive so many days late; until then it answers null. */
const archiveDelayDays = 5

/** Makes the stand-in of Open-Meteo's forecast, archive and geocoding APIs. */
export function openMeteoSimulator({ world, nowMs }: OpenMeteoParts): Simulator {
  const forecast = (query: WeatherQuery): SimulatedResponse =>
    weatherResponse(query, nowMs(), (date) => forecastDay(world, query.place, { today: query.today, date }))
  const archive = (query: WeatherQuery): SimulatedResponse => {
    const lastKnown = addDays(query.today, -archiveDelayDays)
    return weatherResponse(query, nowMs(), (date) =>
      date > lastKnown ? undefined : world.weather(query.place, date),
    )
  }
  const route = ({ method, path, query }: SimulatedRequest): SimulatedResponse => {
    if (method !== 'GET') throw new OpenMeteoError(404, 'Not Found')
    if (path === '/v1/forecast') return forecast(readWeatherQuery(query, 'forecast', nowMs()))
    if (path === '/v1/archive') return archive(readWeatherQuery(query, 'archive', nowMs()))
    if (path === '/v1/search') return searchTowns(query)
    throw new OpenMeteoError(404, 'Not Found')
  }
  return {
    name: 'open-meteo',
    summary: 'Open-Meteo: daily forecast for 16 days, archive up to 5 days ago, geocoding of a few towns.',
    examples: [
      '/v1/forecast?latitude=41.93&longitude=-74&daily=temperature_2m_max,precipitation_sum,weather_code&timezone=auto',
      '/v1/search?name=Kingston',
    ],
    failure: (status) =>
      new OpenMeteoError(
        status,
        status === 429
          ? 'Minutely API request limit exceeded. Please try again in one minute.'
          : 'Internal error',
      ).response,
    handle(request) {
      try {
        return route(request)
      } catch (error) {
        if (error instanceof OpenMeteoError) return error.response
        throw error
      }
    },
  }
}

function weatherResponse(
  query: WeatherQuery,
  nowMs: number,
  dayOf: (date: string) => ReturnType<World['weather']> | undefined,
): SimulatedResponse {
  if (query.variables.length === 0) throw badParameter("Parameter 'daily' must name at least one variable")
  const dates = [...datesBetween(query.from, query.to)]
  const days = dates.map(dayOf)
  const columns = query.variables.map(
    ([name, variable]) => [name, days.map((day) => (day === undefined ? null : variable.read(day)))] as const,
  )
  const offsetSeconds = zoneOffsetSeconds(query.zone, nowMs)
  return jsonResponse(200, {
    // The service answers for the middle of its grid cell, not for the very point.
    latitude: round(query.place.latitude, 2),
    longitude: round(query.place.longitude, 2),
    generationtime_ms: 0.12,
    utc_offset_seconds: offsetSeconds,
    timezone: query.zone,
    timezone_abbreviation:
      offsetSeconds === 0 ? 'GMT' : `GMT${offsetSeconds > 0 ? '+' : ''}${offsetSeconds / 3_600}`,
    elevation: query.elevation,
    daily_units: {
      time: 'iso8601',
      ...Object.fromEntries(query.variables.map(([name, { unit }]) => [name, unit])),
    },
    daily: { time: dates, ...Object.fromEntries(columns) },
  })
}
