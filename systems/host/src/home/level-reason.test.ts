import { manualClock, systemRandom } from 'seaworthy/core'
import { defineService, dependency } from 'seaworthy/service'
import { expect, test } from 'vitest'
import { levelReason } from './level-reason.ts'

/** A service of which the named dependencies fail their probes. */
async function serviceWithout(names: readonly string[]) {
  const runtime = { clock: manualClock(Date.parse('2026-05-30T10:42:10Z')), random: systemRandom }
  const failing = (name: string) =>
    dependency(
      {
        name,
        call: async () => name,
        probe: {
          call: async () => {
            if (names.includes(name)) throw new Error('down')
          },
        },
      },
      runtime,
    )
  const [weather, events, square] = [failing('weather'), failing('events'), failing('square')]
  const service = defineService(
    {
      name: 'sample',
      dependencies: { weather, events, square },
      capabilities: { recommend: { uses: ['weather', 'events', 'square'] }, list: { uses: ['events'] } },
    },
    runtime,
  )
  await service.start()
  return service
}

test.each([
  [[], ''],
  [['weather'], 'weather does not answer since 10:42 UTC'],
  [['weather', 'events'], 'weather and events do not answer since 10:42 UTC'],
  [['weather', 'events', 'square'], 'weather, events and square do not answer since 10:42 UTC'],
])('levelReason: without %j it is "%s"', async (names, reason) => {
  const service = await serviceWithout(names)
  expect(levelReason(service)).toBe(reason)
  await service.stop()
})
