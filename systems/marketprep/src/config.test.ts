import { expect, test } from 'vitest'
import { readMarketprepConfig, type ConfigSources } from './config.ts'

const all: Record<string, string> = {
  square: 'http://127.0.0.1:1/square',
  'open-meteo': 'http://127.0.0.1:1/open-meteo',
  events: 'http://127.0.0.1:1/events',
}
const own = {
  SQUARE_APPLICATION_ID: 'sq0idp-own',
  SQUARE_APPLICATION_SECRET: 'sq0csp-own',
  EVENTS_URL: 'https://events.example/',
}
const read = (env: ConfigSources['env'], from: Partial<ConfigSources> = {}) =>
  readMarketprepConfig({ env, mode: 'production', simulated: () => undefined, ...from })
const simulated = (name: string) => all[name]

test('config: simulated services need no variable, and in development the demo vendor is there', () => {
  const config = read({}, { mode: 'development', simulated })
  expect(config.square).toMatchObject({ baseUrl: all['square'], applicationId: 'sandbox-sq0idb-seaworthy' })
  expect(new Set(Object.values(config.openMeteo))).toEqual(new Set([all['open-meteo']]))
  expect(config.eventsBaseUrl).toBe(all['events'])
  expect(config.demo).toBe(true)
  expect([config.faultRequests, read({}, { simulated }).faultRequests]).toEqual([true, false])
  expect(read({}, { simulated }).demo).toBe(false)
  expect(read({ DEMO: 'off' }, { mode: 'development', simulated }).demo).toBe(false)
  expect(read({ DEMO: 'on' }, { mode: 'development', simulated }).demo).toBe(true)
  expect(read(own, { mode: 'development' }).demo).toBe(false)
})

test('config: real services are found at their own addresses, a slash at the end does not matter', () => {
  const config = read(own)
  expect(config.square).toEqual({
    baseUrl: 'https://connect.squareup.com',
    applicationId: 'sq0idp-own',
    applicationSecret: 'sq0csp-own',
  })
  expect(config.openMeteo).toEqual({
    forecastBaseUrl: 'https://api.open-meteo.com',
    archiveBaseUrl: 'https://archive-api.open-meteo.com',
    geocodingBaseUrl: 'https://geocoding-api.open-meteo.com',
  })
  expect(config.eventsBaseUrl).toBe('https://events.example')
  expect(read({ ...own, SQUARE_URL: ' https://connect.squareupsandbox.com ' }).square.baseUrl).toBe(
    'https://connect.squareupsandbox.com',
  )
  const proxied = read({ ...own, OPEN_METEO_URL: 'http://meteo.internal' }).openMeteo
  expect(new Set(Object.values(proxied))).toEqual(new Set(['http://meteo.internal']))
})

test.each(['SQUARE_APPLICATION_ID', 'SQUARE_APPLICATION_SECRET', 'EVENTS_URL'])(
  'config: %s must be set for a real service',
  (variable) => {
    const refused = { code: 'ERR_MARKETPREP_CONFIGURATION', details: { variable } }
    expect(() => read({ ...own, [variable]: undefined })).toThrow(expect.objectContaining(refused))
    expect(() => read({ ...own, [variable]: '  ' })).toThrow(expect.objectContaining(refused))
  },
)

test.each([
  ['SQUARE_URL', 'connect.squareup.com'],
  ['OPEN_METEO_URL', 'ftp://meteo.example'],
  ['EVENTS_URL', 'not an address'],
  ['EVENTS_URL', 'https://user:hunter2@events.example'],
  ['DEMO', 'yes please'],
])('config: %s=%s is refused with its name', (variable, value) => {
  expect(() => read({ ...own, [variable]: value })).toThrow(
    expect.objectContaining({
      details: { variable },
      message: expect.stringMatching(`^Cannot start marketprep: ${variable} must be (?!.*hunter2)`),
    }),
  )
})
