import { manualClock, systemRandom } from 'seaworthy/core'
import { constant } from 'seaworthy/resilience'
import { currentScope, defineService, dependency } from 'seaworthy/service'
import { expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { addService } from './add-service.ts'
import { addHealth, addMetrics } from './health-routes.ts'

async function weatherServer() {
  const runtime = { clock: manualClock(), random: systemRandom }
  let down = false
  const weather = dependency(
    {
      name: 'weather',
      importance: 'optional',
      call: async () => {
        if (down) throw new Error('down')
        return 'sunny'
      },
      retry: false,
      fallback: [constant('none', 'unknown')],
    },
    runtime,
  )
  const service = defineService(
    {
      name: 'sample',
      dependencies: { weather },
      capabilities: { recommend: { uses: ['weather'] }, list: {} },
    },
    runtime,
  )
  const { server, log } = await fixture({ clock: runtime.clock })
  await addService(server, {
    service,
    docs: false,
    routes: (scope) => {
      scope.get('/recommend', { config: { capability: 'recommend' } }, async (request) => {
        const { value } = await weather()
        return { value, level: request.scope?.level(), same: currentScope() === request.scope }
      })
      scope.get('/list', { config: { capability: 'list' } }, async () => [])
      scope.get('/fails', { config: { capability: 'recommend' } }, async () => {
        await weather()
        throw new Error('after the weather')
      })
    },
  })
  addHealth(server, [service])
  addMetrics(server)
  await service.start()
  const breakIt = (): void => void (down = true)
  return { server, log, service, breakIt }
}

test('useServiceLevel: each answer tells the level of what it was built on', async () => {
  const { server, log, breakIt } = await weatherServer()
  const live = await server.inject('/recommend')
  expect(live.json()).toEqual({ value: 'sunny', level: 'full', same: true })
  expect(live.headers['service-level']).toBe('full')
  breakIt()
  const degraded = await server.inject('/recommend')
  expect(degraded.json()).toEqual({ value: 'unknown', level: 'degraded', same: true })
  expect(degraded.headers['service-level']).toBe('degraded')
  expect((await server.inject('/list')).headers['service-level']).toBe('full')
  expect(log.requests().map(({ serviceLevel }) => serviceLevel)).toEqual(['full', 'degraded', 'full'])
  const { body } = await server.inject('/metrics')
  expect(body).toContain('seaworthy_http_degraded_answers_total{route="/recommend",level="degraded"} 1')
  expect(body).toContain('seaworthy_slots{name="weather"} 50')
})

test('useServiceLevel: a server error under a capability says that it was unavailable', async () => {
  const { server } = await weatherServer()
  const answer = await server.inject('/fails')
  expect(answer.statusCode).toBe(500)
  expect(answer.headers['service-level']).toBe('unavailable')
})

test('addHealth: names dependencies with state, and no reason or address', async () => {
  const { server } = await weatherServer()
  await server.inject('/recommend')
  const health = (await server.inject('/health')).json()
  expect(health.services[0].dependencies).toEqual([
    expect.objectContaining({
      name: 'weather',
      importance: 'optional',
      since: expect.stringMatching(/^2026-/),
    }),
  ])
  expect(health.services[0].dependencies[0]).not.toHaveProperty('reason')
})
