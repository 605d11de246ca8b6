import { connect } from 'node:net'
import { manualClock, seededRandom } from 'seaworthy/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Simulators, startSimulators } from '../src/index.ts'
import { call, eventually } from './square-session.ts'

let clock = manualClock()
let simulators: Simulators

beforeEach(async () => {
  clock = manualClock(Date.parse('2026-03-14T16:00:00Z'))
  simulators = await startSimulators({ clock, random: seededRandom(1) })
})

afterEach(() => simulators.stop())

interface FaultState {
  readonly fault: unknown
  readonly held: number
  readonly error?: string
  readonly field?: string
}

function control(method: string, fault?: unknown, name = 'open-meteo'): ReturnType<typeof call<FaultState>> {
  const url = `${simulators.url}/faults/${name}`
  return call<FaultState>(url, { method, ...(fault === undefined ? {} : { body: JSON.stringify(fault) }) })
}

function search(name = 'open-meteo'): ReturnType<typeof call<{ results: unknown }>> {
  return call(`${simulators.url}/${name}/v1/search?name=Kingston`)
}

describe('faults', () => {
  test('are set, shown and cleared while running', async () => {
    expect((await control('GET')).body).toEqual({ fault: null, held: 0 })
    const set = await control('PUT', { kind: 'error', status: 503 })
    expect(set.body.fault).toEqual({ kind: 'error', status: 503, share: 1 })
    expect((await search()).status).toBe(503)
    expect((await control('DELETE')).body.fault).toBeNull()
    expect((await search()).status).toBe(200)
  })

  test('of one simulator leave the others alone', async () => {
    simulators.setFault('square', { kind: 'down' })
    expect((await search()).status).toBe(200)
    await expect(search('square')).rejects.toThrow()
  })

  test.each([
    [{ kind: 'explode' }, 'kind'],
    [{}, 'kind'],
    [null, 'kind'],
    [{ kind: 'latency' }, 'ms'],
    [{ kind: 'latency', ms: -1 }, 'ms'],
    [{ kind: 'error', status: 200 }, 'status'],
    [{ kind: 'error', status: 500, share: 2 }, 'share'],
    [{ kind: 'hang', ms: 5 }, 'ms'],
  ])('that are wrong are refused with the field: %j', async (fault, field) => {
    const { status, body } = await control('PUT', fault)
    expect([status, body.field]).toEqual([400, field])
    expect((await control('GET')).body.fault).toBeNull()
  })

  test('an unknown simulator or method is refused', async () => {
    expect((await control('GET', undefined, 'nobody')).status).toBe(404)
    expect((await control('PATCH', {})).status).toBe(405)
  })

  test('latency answers late, by the clock', async () => {
    simulators.setFault('open-meteo', { kind: 'latency', ms: 60_000 })
    let answered = false
    const answer = search().then((result) => {
      answered = true
      return result
    })
    await eventually(() => expect(clock.pending).toBe(2))
    await clock.advance(59_999)
    expect(answered).toBe(false)
    await clock.advance(1)
    expect((await answer).status).toBe(200)
  })

  test('hang holds requests until it is cleared, then answers them', async () => {
    simulators.setFault('open-meteo', { kind: 'hang' })
    const answers = [search(), search()]
    await eventually(async () => expect((await control('GET')).body.held).toBe(2))
    await control('DELETE')
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200])
    expect((await control('GET')).body.held).toBe(0)
  })

  test('a caller who leaves a hanging request is not held', async () => {
    simulators.setFault('open-meteo', { kind: 'hang' })
    const leaving = new AbortController()
    const answer = fetch(`${simulators.baseUrl('open-meteo')}/v1/search?name=x`, { signal: leaving.signal })
    const rejected = expect(answer).rejects.toThrow()
    await eventually(async () => expect((await control('GET')).body.held).toBe(1))
    leaving.abort()
    await rejected
    await eventually(async () => expect((await control('GET')).body.held).toBe(0))
  })

  test('reset breaks in the middle of an answer, down before it', async () => {
    simulators.setFault('open-meteo', { kind: 'reset' })
    const started = await fetch(`${simulators.baseUrl('open-meteo')}/v1/search?name=Kingston`)
    expect(started.status).toBe(200)
    await expect(started.text()).rejects.toThrow()
    simulators.setFault('open-meteo', { kind: 'down' })
    await expect(search()).rejects.toThrow()
  })

  test('garbage is 200 and no JSON, wrong-schema is 200 and JSON of other types', async () => {
    simulators.setFault('open-meteo', { kind: 'garbage' })
    await expect(search()).rejects.toThrow(SyntaxError)
    simulators.setFault('open-meteo', { kind: 'wrong-schema' })
    const { status, body } = await search()
    expect(status).toBe(200)
    expect(Array.isArray(body.results)).toBe(false)
    expect(body).toMatchObject({ generationtime_ms: '0.4' })
  })

  test('rate-limit is 429 with Retry-After', async () => {
    simulators.setFault('open-meteo', { kind: 'rate-limit', retryAfterS: 7 })
    const { status, headers } = await search()
    expect([status, headers.get('retry-after')]).toEqual([429, '7'])
  })

  test('error strikes its share of the requests', async () => {
    simulators.setFault('open-meteo', { kind: 'error', status: 500, share: 0.5 })
    const statuses: number[] = []
    for (let i = 0; i < 60; i++) statuses.push((await search()).status)
    const failed = statuses.filter((status) => status === 500).length
    expect(failed).toBeGreaterThan(15)
    expect(failed).toBeLessThan(45)
  })
})

describe('startSimulators', () => {
  test('shows what there is on its index page', async () => {
    const page = await call<string>(`${simulators.url}/`)
    for (const name of ['square', 'open-meteo', 'events', '/faults/']) expect(page.body).toContain(name)
    expect((await call(`${simulators.url}/nothing`)).status).toBe(404)
  })

  test('stop ends hung requests and frees the port; twice does nothing', async () => {
    simulators.setFault('events', { kind: 'hang' })
    const rejected = expect(fetch(`${simulators.baseUrl('events')}/events`)).rejects.toThrow()
    await eventually(async () => expect((await control('GET', undefined, 'events')).body.held).toBe(1))
    await simulators.stop()
    await rejected
    await simulators.stop()
    expect(clock.pending).toBe(0)
    await using again = await startSimulators({ port: simulators.port })
    expect(again.port).toBe(simulators.port)
  })

  test.each(['http://elsewhere.example/', '*', '//'])(
    'answers the odd request target %s without failing',
    async (target) => {
      const failures: unknown[] = []
      await using watched = await startSimulators({ clock, onError: (error) => failures.push(error) })
      const socket = connect(watched.port, '127.0.0.1')
      socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      let answer = ''
      for await (const chunk of socket) answer += String(chunk)
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400|404) /)
      expect(failures).toEqual([])
    },
  )

  test('starts on the day it is told', async () => {
    await using moved = await startSimulators({ clock, today: '2025-07-01' })
    const query = 'latitude=41.9&longitude=-74&daily=weather_code&timezone=auto'
    const { body } = await call<{ daily: { time: string[] } }>(
      `${moved.baseUrl('open-meteo')}/v1/forecast?${query}`,
    )
    expect(body.daily.time[0]).toBe('2025-07-01')
  })

  test('refuses options that are wrong', async () => {
    for (const options of [{ port: -1 }, { today: 'now' }, { sead: 1 }, { square: { lateShare: 2 } }]) {
      await expect(startSimulators(options as object)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
    }
  })
})
