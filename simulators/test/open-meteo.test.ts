import { manualClock } from 'seaworthy/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulators, startSimulators } from '../src/index.ts'
import { addDays } from '../src/world/index.ts'
import { call } from './square-session.ts'

interface WeatherBody {
  readonly timezone: string
  readonly utc_offset_seconds: number
  readonly daily_units: Readonly<Record<string, string>>
  readonly daily: { readonly time: readonly string[] } & Readonly<Record<string, readonly (number | null)[]>>
}

const today = '2026-03-14'
const place = { latitude: '41.927', longitude: '-73.997' }
let simulators: Simulators

beforeAll(async () => {
  simulators = await startSimulators({ clock: manualClock(Date.parse(`${today}T16:00:00Z`)) })
})

afterAll(() => simulators.stop())

function get<Body = WeatherBody>(path: string, query: object): ReturnType<typeof call<Body>> {
  return call<Body>(`${simulators.baseUrl('open-meteo')}${path}?${new URLSearchParams({ ...query })}`)
}

const daily = 'temperature_2m_max,precipitation_sum,weather_code'

describe('Open-Meteo', () => {
  test('a forecast is in columns from the local today on', async () => {
    const query = {
      ...place,
      daily: `${daily},precipitation_probability_max`,
      timezone: 'auto',
      forecast_days: '16',
    }
    const { status, body } = await get('/v1/forecast', query)
    expect(status).toBe(200)
    expect(body.timezone).toBe('America/New_York')
    expect(body.utc_offset_seconds).toBe(-4 * 3_600)
    expect(body.daily.time).toEqual(Array.from({ length: 16 }, (_, i) => addDays(today, i)))
    expect(body.daily['temperature_2m_max']).toHaveLength(16)
    expect(body.daily_units).toMatchObject({
      time: 'iso8601',
      temperature_2m_max: '°C',
      precipitation_sum: 'mm',
    })
  })

  test('the error of a forecast grows with its lead time', async () => {
    const errors = { near: 0, far: 0 }
    for (let i = 0; i < 40; i++) {
      const asked = addDays(today, i * 3)
      await using then = await startSimulators({ clock: manualClock(Date.parse(`${asked}T16:00:00Z`)) })
      const query = new URLSearchParams({ ...place, daily, timezone: 'auto', forecast_days: '15' })
      const { body } = await call<WeatherBody>(`${then.baseUrl('open-meteo')}/v1/forecast?${query}`)
      const errorAt = (lead: number): number => {
        const truth = then.world.weather({ latitude: 41.927, longitude: -73.997 }, addDays(asked, lead))
        return Math.abs((body.daily['temperature_2m_max']?.[lead] ?? 0) - truth.temperatureMaxC)
      }
      errors.near += errorAt(1) / 40
      errors.far += errorAt(14) / 40
    }
    expect(errors.near).toBeGreaterThan(0)
    expect(errors.near).toBeLessThan(1.2)
    expect(errors.far).toBeGreaterThan(2)
  })

  test('the archive tells the truth, except for the last five days', async () => {
    const query = { ...place, daily, timezone: 'auto', start_date: '2026-02-01', end_date: today }
    const { body } = await get('/v1/archive', query)
    const truth = body.daily.time.map((date) =>
      simulators.world.weather({ latitude: 41.927, longitude: -73.997 }, date),
    )
    const known = body.daily['temperature_2m_max']?.filter((value) => value !== null) ?? []
    expect(body.daily.time).toHaveLength(42)
    expect(known).toEqual(truth.slice(0, -5).map((day) => day.temperatureMaxC))
    expect(body.daily['precipitation_sum']?.slice(-5)).toEqual([null, null, null, null, null])
  })

  test.each([
    ['/v1/forecast', { ...place, daily }, 'Timezone is required'],
    ['/v1/forecast', { ...place, daily: 'warmth', timezone: 'auto' }, 'invalid String value warmth'],
    ['/v1/forecast', { ...place, daily, timezone: 'Mars/Base' }, 'Invalid timezone'],
    [
      '/v1/forecast',
      { ...place, daily, timezone: 'auto', forecast_days: '17' },
      'Allowed range 0 to 16. Given 17',
    ],
    ['/v1/forecast', { ...place, latitude: '91', daily, timezone: 'auto' }, 'Latitude must be in range'],
    ['/v1/forecast', { daily, timezone: 'auto' }, "'latitude'"],
    [
      '/v1/forecast',
      { ...place, daily, timezone: 'auto', start_date: today, end_date: addDays(today, 16) },
      'out of allowed range from',
    ],
    [
      '/v1/archive',
      { ...place, daily, timezone: 'auto', start_date: '1939-12-31', end_date: today },
      'out of allowed range from 1940-01-01',
    ],
    [
      '/v1/archive',
      { ...place, daily, timezone: 'auto', start_date: today, end_date: '2026-03-01' },
      'End-date',
    ],
    [
      '/v1/archive',
      {
        ...place,
        daily: 'precipitation_probability_max',
        timezone: 'auto',
        start_date: today,
        end_date: today,
      },
      'precipitation_probability_max',
    ],
  ])('%s refuses what is wrong and says why: %j', async (path, query, reason) => {
    const { status, body } = await get<{ error: boolean; reason: string }>(path, query)
    expect(status).toBe(400)
    expect(body.error).toBe(true)
    expect(body.reason).toContain(reason)
  })

  test('geocoding finds towns by their beginning, and leaves results out without a match', async () => {
    interface Found {
      readonly results?: readonly {
        readonly name: string
        readonly timezone: string
        readonly country_code: string
      }[]
    }
    const found = async (name: string): Promise<Found['results']> =>
      (await get<Found>('/v1/search', { name })).body.results
    expect((await found('kings'))?.[0]).toMatchObject({
      name: 'Kingston',
      timezone: 'America/New_York',
      country_code: 'US',
    })
    expect(await found('k')).toBeUndefined()
    expect(await found('Atlantis')).toBeUndefined()
  })
})
