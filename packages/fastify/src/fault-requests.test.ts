import { Type } from 'typebox'
import { seededRandom } from 'seaworthy/core'
import { constant } from 'seaworthy/resilience'
import { defineService, dependency } from 'seaworthy/service'
import { expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { addService } from './add-service.ts'

/** A server whose two routes answer with what a dependency said. */
async function weatherServer(development: boolean) {
  const { server, clock } = await fixture({ development, log: { level: 'fatal' } })
  const runtime = { clock, random: seededRandom('faults') }
  const weather = dependency(
    {
      name: 'weather',
      importance: 'optional',
      retry: false,
      faultRequests: true,
      call: () => Promise.resolve('sunny'),
      fallback: [constant('none', 'unknown')],
    },
    runtime,
  )
  const service = defineService({ name: 'sample', dependencies: { weather } }, runtime)
  await addService(server, {
    service,
    docs: false,
    routes: (scope) => {
      scope.get('/read', async () => (await weather()).value)
      scope.post('/write', { schema: { body: Type.Object({ note: Type.String() }) } }, async () => {
        return (await weather()).value
      })
    },
  })
  await server.ready()
  return {
    server,
    weather,
    ask: (fault: string) => server.inject({ url: '/read', headers: { 'x-fault': fault } }),
  }
}

test('x-fault: in development a request meets the faults it asks for, and others do not', async () => {
  const { server, weather, ask } = await weatherServer(true)
  expect((await ask('weather:error')).body).toBe('unknown')
  expect((await ask('square:error')).body).toBe('sunny')
  expect((await server.inject('/read')).body).toBe('sunny')
  expect(weather.snapshot().faults.injected).toBe(1)
})

test('x-fault: reaches a handler also after a body has been read', async () => {
  const { server } = await weatherServer(true)
  const headers = { 'x-fault': 'error' }
  const answer = await server.inject({ method: 'POST', url: '/write', headers, payload: { note: 'x' } })
  expect(answer.body).toBe('unknown')
})

test('x-fault: what cannot be understood is refused before anything is called', async () => {
  const { weather, ask } = await weatherServer(true)
  const answer = await ask('explode')
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({
    code: 'ERR_FAULT_REQUEST_INVALID',
    detail: expect.stringContaining('must be a list of latency=<duration>, error, error=<code> or hang'),
  })
  expect(weather.status().state).toBe('unknown')
})

test.each(['error', 'hang', 'explode'])('x-fault: %s is ignored in production', async (fault) => {
  const { weather, ask } = await weatherServer(false)
  const answer = await ask(fault)
  expect([answer.statusCode, answer.body]).toEqual([200, 'sunny'])
  expect(weather.snapshot().faults.injected).toBe(0)
})
