import { type Fault, type SimulatorName, type Simulators, startSimulators } from '@seaworthy/simulators'
import { errorCode } from 'seaworthy/core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { CallOptions } from '../../src/clients/call-options.ts'
import { consent, eventsClient, eventually, kingston, openMeteoClient, squareClient } from './clients.ts'

let simulators: Simulators
let accessToken = ''

beforeAll(async () => {
  simulators = await startSimulators({ today: '2026-03-14' })
  const square = squareClient(simulators)
  const code = (await consent(square.authorizeUrl('s'))).searchParams.get('code') ?? ''
  accessToken = (await square.exchangeCode({}, code)).accessToken
})

afterEach(() => {
  for (const name of services) simulators.setFault(name, undefined)
})

afterAll(() => simulators.stop())

const services = ['square', 'open-meteo', 'events'] as const satisfies readonly SimulatorName[]
const range = { from: '2026-03-14', to: '2026-03-20' }
const calls: Record<SimulatorName, (call: CallOptions) => Promise<unknown>> = {
  square: (call) => squareClient(simulators).listCatalog(call, accessToken),
  'open-meteo': (call) => openMeteoClient(simulators).dailyForecast(call, { ...kingston, ...range }),
  events: (call) => eventsClient(simulators).near(call, { ...kingston, ...range }),
}

const expected: readonly (readonly [Fault, string])[] = [
  [{ kind: 'error', status: 500, share: 1 }, 'ERR_UPSTREAM_STATUS'],
  [{ kind: 'error', status: 503, share: 1 }, 'ERR_UPSTREAM_STATUS'],
  [{ kind: 'error', status: 401, share: 1 }, 'ERR_UPSTREAM_UNAUTHORIZED'],
  [{ kind: 'error', status: 400, share: 1 }, 'ERR_UPSTREAM_REFUSED'],
  [{ kind: 'reset' }, 'ERR_UPSTREAM_CONNECTION'],
  [{ kind: 'down' }, 'ERR_UPSTREAM_CONNECTION'],
  [{ kind: 'garbage' }, 'ERR_ANSWER_NOT_JSON'],
  [{ kind: 'wrong-schema' }, 'ERR_SCHEMA_MISMATCH'],
]

describe.each(services)('the client of %s', (service) => {
  test.each(expected)('under %j fails with %s, and recovers', async (fault, code) => {
    simulators.setFault(service, fault)
    await expect(calls[service]({})).rejects.toMatchObject({ code })
    simulators.setFault(service, undefined)
    await expect(calls[service]({})).resolves.toBeDefined()
  })

  test('under a rate limit says when to try again', async () => {
    simulators.setFault(service, { kind: 'rate-limit', retryAfterS: 7 })
    await expect(calls[service]({})).rejects.toMatchObject({
      code: 'ERR_UPSTREAM_RATE_LIMITED',
      retryAfterMs: 7_000,
    })
  })

  test('under a hang ends with the reason of its signal, and the service holds it no more', async () => {
    simulators.setFault(service, { kind: 'hang' })
    const patience = new AbortController()
    const reason = new Error('out of patience')
    const outcome = calls[service]({ signal: patience.signal }).catch((error: unknown) => error)
    const held = async (): Promise<number> => {
      const answer = await fetch(`${simulators.url}/faults/${service}`)
      return ((await answer.json()) as { held: number }).held
    }
    await eventually(async () => expect(await held()).toBe(1))
    patience.abort(reason)
    expect(await outcome).toBe(reason)
    await eventually(async () => expect(await held()).toBe(0))
  })

  test('a mismatch names places and types', async () => {
    simulators.setFault(service, { kind: 'wrong-schema' })
    const error: unknown = await calls[service]({}).catch((reason: unknown) => reason)
    const { differences } = (error as { details: { differences: readonly object[] } }).details
    expect(errorCode(error)).toBe('ERR_SCHEMA_MISMATCH')
    expect(differences.length).toBeGreaterThan(0)
    for (const difference of differences)
      expect(Object.keys(difference)).toEqual(['path', 'expected', 'received'])
  })
})

test('a client whose service is not there at all says so', async () => {
  const gone = await startSimulators({})
  const client = eventsClient(gone)
  await gone.stop()
  const failed = client.near({}, { ...kingston, ...range })
  await expect(failed).rejects.toMatchObject({ code: 'ERR_UPSTREAM_CONNECTION' })
  await expect(failed).rejects.toThrow('ECONNREFUSED')
})
