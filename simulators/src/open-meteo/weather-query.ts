import type { Place } from '../world/geography.ts'
import { addDays, dayNumber, type IsoDate, parseIsoDate } from '../world/iso-date.ts'
import { isZone, localDate } from '../world/zone-offset.ts'
import { type DailyVariable, dailyVariables } from './daily-variables.ts'
import { badParameter } from './open-meteo-error.ts'
import { townNear } from './towns.ts'

/** A checked query of /v1/forecast or /v1/archive. */
export interface WeatherQuery {
  readonly place: Place
  readonly elevation: number
  readonly zone: string
  readonly today: IsoDate
  readonly from: IsoDate
  readonly to: IsoDate
  readonly variables: readonly (readonly [string, DailyVariable])[]
}

const forecastDaysMax = 16
const forecastPastDaysMax = 92
const archiveStart: IsoDate = '1940-01-01'

/**
 * Reads a query as Open-Meteo does.
 *
 * @throws OpenMeteoError 400 with the reason
 */
export function readWeatherQuery(
  query: URLSearchParams,
  kind: 'forecast' | 'archive',
  nowMs: number,
): WeatherQuery {
  const place = { latitude: degrees(query, 'latitude', 90), longitude: degrees(query, 'longitude', 180) }
  const town = townNear(place)
  const variables = readVariables(query, kind)
  const timezone = query.get('timezone')
  if (variables.length > 0 && timezone === null) throw badParameter('Timezone is required')
  const zone = timezone === 'auto' ? (town?.timezone ?? 'GMT') : (timezone ?? 'GMT')
  if (!isZone(zone)) throw badParameter('Invalid timezone')
  const today = localDate(zone, nowMs)
  const range = kind === 'forecast' ? forecastRange(query, today) : archiveRange(query, today)
  return { place, elevation: town?.elevation ?? 100, zone, today, variables, ...range }
}

function forecastRange(query: URLSearchParams, today: IsoDate): { from: IsoDate; to: IsoDate } {
  const given = givenRange(query)
  const days = whole(query, 'forecast_days', { fallback: 7, min: 0, max: forecastDaysMax })
  if (given === undefined) return { from: today, to: addDays(today, Math.max(1, days) - 1) }
  if (query.has('forecast_days')) {
    throw badParameter("Parameter 'forecast_days' is mutually exclusive with 'start_date' and 'end_date'")
  }
  return within(given, addDays(today, -forecastPastDaysMax), addDays(today, forecastDaysMax - 1))
}

function archiveRange(query: URLSearchParams, today: IsoDate): { from: IsoDate; to: IsoDate } {
  const given = givenRange(query)
  if (given === undefined) throw badParameter("Parameter 'start_date' and 'end_date' must be set")
  return within(given, archiveStart, today)
}

function givenRange(query: URLSearchParams): { from: IsoDate; to: IsoDate } | undefined {
  const [start, end] = [query.get('start_date'), query.get('end_date')]
  if (start === null && end === null) return undefined
  if (start === null || end === null) throw badParameter("Both 'start_date' and 'end_date' must be set")
  const [from, to] = [parseIsoDate(start), parseIsoDate(end)]
  if (from === undefined || to === undefined)
    throw badParameter("Invalid date format. Make sure to use 'YYYY-MM-DD'")
  if (from > to) throw badParameter('End-date must be larger or equals than start-date')
  return { from, to }
}

function within(
  range: { from: IsoDate; to: IsoDate },
  first: IsoDate,
  last: IsoDate,
): { from: IsoDate; to: IsoDate } {
  for (const [name, date] of [
    ['start_date', range.from],
    ['end_date', range.to],
  ] as const) {
    if (date < first || date > last) {
      throw badParameter(`Parameter '${name}' is out of allowed range from ${first} to ${last}`)
    }
  }
  // A century of days is the widest range there is, which bounds the answer.
  if (dayNumber(range.to) - dayNumber(range.from) > 36_600)
    throw badParameter('The requested time range is too long')
  return range
}

function readVariables(query: URLSearchParams, kind: 'forecast' | 'archive'): WeatherQuery['variables'] {
  const names = query
    .getAll('daily')
    .flatMap((list) => list.split(','))
    .filter((name) => name !== '')
  return [...new Set(names)].map((name) => {
    const variable = Object.hasOwn(dailyVariables, name) ? dailyVariables[name] : undefined
    if (variable === undefined || (kind === 'archive' && variable.forecastOnly === true)) {
      throw badParameter(
        `Data corrupted at path ''. Cannot initialize ForecastVariableDaily from invalid String value ${name.slice(0, 60)}.`,
      )
    }
    return [name, variable] as const
  })
}

function degrees(query: URLSearchParams, name: string, max: number): number {
  const given = query.get(name)
  const value = given === null || given === '' ? Number.NaN : Number(given)
  if (Number.isNaN(value)) throw badParameter(`Parameter '${name}' must be a number`)
  if (Math.abs(value) > max) {
    throw badParameter(
      `${name === 'latitude' ? 'Latitude' : 'Longitude'} must be in range of -${max} to ${max}°. Given: ${value}.`,
    )
  }
  return value
}

function whole(
  query: URLSearchParams,
  name: string,
  { fallback, min, max }: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const given = query.get(name)
  if (given === null) return fallback
  const value = Number(given)
  if (!Number.isInteger(value) || value < min || value > max) {
    throw badParameter(
      `Forecast days is invalid. Allowed range ${min} to ${max}. Given ${given.slice(0, 20)}.`,
    )
  }
  return value
}
