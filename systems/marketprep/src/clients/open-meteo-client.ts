import type { Clock } from 'seaworthy/core'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import type { CallOptions } from './call-options.ts'
import { clientError } from './client-errors.ts'
import { HttpJson, type UpstreamProblem } from './http-json.ts'
import { DailyAnswer, dailyVariables, GeocodingAnswer } from './open-meteo-schemas.ts'

export interface OpenMeteoClientOptions {
  /** `https://api.open-meteo.com` in production. */
  readonly forecastBaseUrl: string
  /** `https://archive-api.open-meteo.com` in production. */
  readonly archiveBaseUrl: string
  /** `https://geocoding-api.open-meteo.com` in production. */
  readonly geocodingBaseUrl: string
  readonly clock?: Clock
}

/** Days at a place, first and last included, in the place's own time zone. */
export interface DailyQuery {
  readonly latitude: number
  readonly longitude: number
  readonly from: string
  readonly to: string
}

/** The weather of a day. */
export interface DailyWeather {
  /** YYYY-MM-DD. */
  readonly day: string
  readonly temperatureMaxC: number
  readonly precipitationMm: number
  /** WMO code 4677. */
  readonly code: number
}

/** A place that was found by its name. */
export interface FoundPlace {
  readonly name: string
  /** Such as "New York, US"; empty when unknown. */
  readonly region: string
  readonly latitude: number
  readonly longitude: number
  readonly timeZone: string | undefined
}

const Problem = Compile(Type.Object({ error: Type.Literal(true), reason: Type.String() }))
type DailyColumns = Static<ReturnType<(typeof DailyAnswer)['Type']>>['daily']

/** Open-Meteo: daily forecast, daily archive, geocoding. Each call throws the codes of `clientErrors`. */
export class OpenMeteoClient {
  readonly #forecast: HttpJson
  readonly #archive: HttpJson
  readonly #geocoding: HttpJson

  constructor({ forecastBaseUrl, archiveBaseUrl, geocodingBaseUrl, clock }: OpenMeteoClientOptions) {
    const http = (service: string, baseUrl: string): HttpJson =>
      new HttpJson({ service, baseUrl, describeError, ...(clock === undefined ? {} : { clock }) })
    this.#forecast = http('Open-Meteo forecast', forecastBaseUrl)
    this.#archive = http('Open-Meteo archive', archiveBaseUrl)
    this.#geocoding = http('Open-Meteo geocoding', geocodingBaseUrl)
  }

  /** The forecast of each day that there is one for. The range may begin up to 92 days ago and end 15 days ahead. */
  dailyForecast(call: CallOptions, query: DailyQuery): Promise<readonly DailyWeather[]> {
    return this.#daily(this.#forecast, '/v1/forecast', { call, query })
  }

  /** The weather that was. The last five days are not known yet and are left out. */
  dailyArchive(call: CallOptions, query: DailyQuery): Promise<readonly DailyWeather[]> {
    return this.#daily(this.#archive, '/v1/archive', { call, query })
  }

  /** Places of a name, the best match first; none when nothing matches. */
  async geocode(call: CallOptions, name: string, count = 10): Promise<readonly FoundPlace[]> {
    const { results } = await this.#geocoding.send(call, {
      path: '/v1/search',
      query: { name, count, language: 'en', format: 'json' },
      answer: GeocodingAnswer,
    })
    return (results ?? []).map((found) => ({
      name: found.name,
      region: [found.admin1, found.country_code].filter((part) => part !== undefined).join(', '),
      latitude: found.latitude,
      longitude: found.longitude,
      timeZone: found.timezone,
    }))
  }

  async #daily(
    http: HttpJson,
    path: string,
    { call, query }: { readonly call: CallOptions; readonly query: DailyQuery },
  ): Promise<readonly DailyWeather[]> {
    const { daily } = await http.send(call, {
      path,
      query: {
        latitude: query.latitude,
        longitude: query.longitude,
        daily: dailyVariables.join(','),
        timezone: 'auto',
        start_date: query.from,
        end_date: query.to,
      },
      answer: DailyAnswer,
    })
    return rowsOf(daily, path)
  }
}

/** Turns columns into days; a day with a value that is not known yet is left out. */
function rowsOf(daily: DailyColumns, path: string): readonly DailyWeather[] {
  for (const name of dailyVariables) {
    if (daily[name].length !== daily.time.length) {
      throw clientError(
        'ERR_SCHEMA_MISMATCH',
        `Cannot use the answer to GET ${path} of Open-Meteo: /daily/${name} must have ${daily.time.length} values, received ${daily[name].length}`,
        {
          details: {
            path,
            differences: [
              {
                path: `/daily/${name}`,
                expected: `${daily.time.length} values`,
                received: `${daily[name].length} values`,
              },
            ],
          },
        },
      )
    }
  }
  return daily.time.flatMap((day, index) => {
    const temperatureMaxC = daily.temperature_2m_max[index] ?? undefined
    const precipitationMm = daily.precipitation_sum[index] ?? undefined
    const code = daily.weather_code[index] ?? undefined
    return temperatureMaxC === undefined || precipitationMm === undefined || code === undefined
      ? []
      : [{ day, temperatureMaxC, precipitationMm, code }]
  })
}

function describeError(body: unknown): UpstreamProblem {
  return Problem.Check(body)
    ? { text: body.reason.slice(0, 300), details: { reason: body.reason.slice(0, 300) } }
    : { text: '' }
}
