import { manualClock } from 'seaworthy/core'
import { type Simulators, startSimulators } from '@seaworthy/simulators'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsClient, kingston, openMeteoClient } from './clients.ts'

let simulators: Simulators

beforeAll(async () => {
  simulators = await startSimulators({ clock: manualClock(Date.UTC(2026, 2, 14, 16)) })
})

afterAll(() => simulators.stop())

describe('OpenMeteoClient', () => {
  test('forecasts each day of a range', async () => {
    const days = await openMeteoClient(simulators).dailyForecast(
      {},
      { ...kingston, from: '2026-03-14', to: '2026-03-21' },
    )
    expect(days.map(({ day }) => day)).toEqual(
      Array.from({ length: 8 }, (_, index) => `2026-03-${14 + index}`),
    )
    expect(days[0]).toMatchObject({
      temperatureMaxC: expect.any(Number) as number,
      code: expect.any(Number) as number,
    })
  })

  test('reads the archive and leaves out the days that are not known yet', async () => {
    const days = await openMeteoClient(simulators).dailyArchive(
      {},
      { ...kingston, from: '2026-03-01', to: '2026-03-14' },
    )
    expect(days.map(({ day }) => day).at(-1)).toBe('2026-03-09')
    for (const { day, temperatureMaxC, precipitationMm, code } of days) {
      const truth = simulators.world.weather(kingston, day)
      expect([temperatureMaxC, precipitationMm, code]).toEqual([
        truth.temperatureMaxC,
        truth.precipitationMm,
        truth.weatherCode,
      ])
    }
  })

  test('a range that Open-Meteo refuses comes with its reason', async () => {
    const refused = openMeteoClient(simulators).dailyForecast(
      {},
      { ...kingston, from: '2026-03-14', to: '2026-05-14' },
    )
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_UPSTREAM_REFUSED',
      message: expect.stringContaining('out of allowed range') as string,
    })
  })

  test('finds places by name, none for a name that does not exist', async () => {
    const client = openMeteoClient(simulators)
    expect((await client.geocode({}, 'Kingston'))[0]).toMatchObject({
      region: 'New York, US',
      timeZone: 'America/New_York',
    })
    expect(await client.geocode({}, 'Atlantis')).toEqual([])
  })
})

describe('EventsClient', () => {
  test('finds the events near a place over all pages', async () => {
    const range = { from: '2024-09-01', to: '2026-06-30' }
    const events = await eventsClient(simulators).near({}, { ...kingston, ...range })
    expect(events.length).toBeGreaterThan(100)
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    for (const { day } of events.slice(0, 20)) {
      const attendance = events
        .filter((event) => event.day === day)
        .reduce((sum, event) => sum + (event.attendance ?? 0), 0)
      expect(attendance).toBe(simulators.world.attendanceNear(kingston, day))
    }
  })
})
