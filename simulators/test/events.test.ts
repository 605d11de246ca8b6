import { manualClock } from 'seaworthy/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulators, startSimulators } from '../src/index.ts'
import { datesBetween, eventReachKm } from '../src/world/index.ts'
import { call } from './square-session.ts'

interface EventsBody {
  readonly events: readonly {
    readonly id: string
    readonly date: string
    readonly distance_km: number
    readonly expected_attendance: number
  }[]
  readonly next_cursor: string | null
}

let simulators: Simulators
const near = {
  lat: '41.927',
  lon: '-73.997',
  radius_km: String(eventReachKm),
  from: '2026-01-01',
  to: '2026-06-30',
}

beforeAll(async () => {
  simulators = await startSimulators({ clock: manualClock(Date.parse('2026-03-14T16:00:00Z')) })
})

afterAll(() => simulators.stop())

function get<Body = EventsBody>(query: object): ReturnType<typeof call<Body>> {
  return call<Body>(`${simulators.baseUrl('events')}/events?${new URLSearchParams({ ...query })}`)
}

describe('events calendar', () => {
  test('lists each event within the radius once, over pages, with the attendance that drives demand', async () => {
    const events: EventsBody['events'][number][] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body }: { body: EventsBody } = await get({ ...near, limit: '7', cursor })
      expect(body.events.length).toBeLessThanOrEqual(7)
      events.push(...body.events)
      cursor = body.next_cursor
    }
    expect(events.every((event) => event.distance_km <= eventReachKm)).toBe(true)
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    const place = { latitude: 41.927, longitude: -73.997 }
    for (const date of datesBetween(near.from, near.to)) {
      const listed = events.filter((event) => event.date === date)
      const attendance = listed.reduce((sum, event) => sum + event.expected_attendance, 0)
      expect(attendance).toBe(simulators.world.attendanceNear(place, date))
    }
  })

  test.each([
    [{ ...near, lat: 'north' }, 'lat'],
    [{ ...near, from: '2026-02-30' }, 'from'],
    [{ ...near, to: '2025-12-31' }, 'to'],
    [{ ...near, to: '2029-12-31' }, 'to'],
    [{ ...near, radius_km: '9999' }, 'radius_km'],
    [{ ...near, cursor: 'abc' }, 'cursor'],
  ])('refuses a wrong parameter and names it', async (query, name) => {
    const { status, body } = await get<{ error: { message: string } }>(query)
    expect(status).toBe(400)
    expect(body.error.message).toContain(`"${name}"`)
  })

  test('the calendar file has the events, in lines of at most 75 octets that end with CRLF', async () => {
    const { body, headers } = await call<string>(
      `${simulators.baseUrl('events')}/calendar.ics?venue=riverside`,
    )
    expect(headers.get('content-type')).toContain('text/calendar')
    const lines = body.split('\r\n')
    expect(lines.every((line) => Buffer.byteLength(line) <= 75 && !line.includes('\n'))).toBe(true)
    expect(lines.filter((line) => line === 'BEGIN:VEVENT').length).toBeGreaterThan(5)
    expect(lines.filter((line) => line === 'BEGIN:VEVENT').length).toBe(
      lines.filter((line) => line === 'END:VEVENT').length,
    )
    expect((await call(`${simulators.baseUrl('events')}/calendar.ics?venue=none`)).status).toBe(404)
  })
})
