import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayNumber } from '../world/iso-date.ts'
import { OpenMeteoError } from './open-meteo-error.ts'
import { readWeatherQuery } from './weather-query.ts'

const nowMs = Date.UTC(2026, 2, 14, 16)
const texts = fc.constantFrom(
  '',
  '0',
  '41.9',
  '-200',
  'x',
  'NaN',
  '1e9',
  'auto',
  'GMT',
  '2026-03-14',
  '2026-02-30',
  '1940-01-01',
  '9999-12-31',
  'weather_code',
  'toString',
  '__proto__',
  '16',
  '17',
  '-1',
  '2.5',
)
const names = fc.constantFrom(
  'latitude',
  'longitude',
  'daily',
  'timezone',
  'start_date',
  'end_date',
  'forecast_days',
)

test('readWeatherQuery: whatever is asked is either read, within bounds, or refused with a reason', () => {
  const queries = fc.array(fc.tuple(names, texts), { maxLength: 8 })
  fc.assert(
    fc.property(queries, fc.constantFrom('forecast' as const, 'archive' as const), (pairs, kind) => {
      const query = new URLSearchParams([['latitude', '41.9'], ['longitude', '-74'], ...pairs])
      for (const [name, value] of pairs) query.set(name, value)
      try {
        const { from, to } = readWeatherQuery(query, kind, nowMs)
        expect(from <= to).toBe(true)
        expect(dayNumber(to) - dayNumber(from)).toBeLessThanOrEqual(36_600)
      } catch (error) {
        if (!(error instanceof OpenMeteoError)) throw error
        expect(error.message.length).toBeGreaterThan(5)
      }
    }),
    { numRuns: 2_000 },
  )
})
