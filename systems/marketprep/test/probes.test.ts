import { startSimulators, type Simulators } from '@seaworthy/simulators'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { probeEvents, probeSquare, probeWeather } from '../src/clients/probes.ts'
import { eventsClient, openMeteoClient, squareClient } from './clients/clients.ts'
import { shiftedClock } from './marketprep-rig.ts'

const names = ['square', 'open-meteo', 'events'] as const
const clock = shiftedClock()
let simulators: Simulators
beforeAll(async () => {
  simulators = await startSimulators({ clock })
})
afterEach(() => names.forEach((name) => simulators.setFault(name, undefined)))
afterAll(() => simulators.stop())

const probes = {
  square: () => probeSquare(squareClient(simulators), {}),
  'open-meteo': () => probeWeather(openMeteoClient(simulators), {}, clock),
  events: () => probeEvents(eventsClient(simulators), {}, clock),
}

test.each(names)('probe of %s: good while it answers, also without a token', async (name) => {
  await expect(probes[name]()).resolves.toBeUndefined()
})

test.each(names)('probe of %s: fails when it is down, fails, or answers nonsense', async (name) => {
  for (const fault of [
    { kind: 'down' },
    { kind: 'error', status: 500, share: 1 },
    { kind: 'garbage' },
    { kind: 'wrong-schema' },
  ] as const) {
    simulators.setFault(name, fault)
    await expect(probes[name](), fault.kind).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_/) })
  }
})
