import { manualClock, systemRandom } from 'seaworthy/core'
import { defineService, dependency } from 'seaworthy/service'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import { createAccessTokens } from './access-tokens.ts'
import { addService } from './add-service.ts'
import { addHealth, addMetrics } from './health-routes.ts'

test('createHttpServer: lines that a handler writes carry the correlation ID, also after it has waited', async () => {
  const { server, log } = await fixture()
  server.post('/', async (request) => {
    request.log.info('before')
    await new Promise((resolve) => setImmediate(resolve))
    request.log.child({ step: 2 }).info('after')
    return {}
  })
  const headers = { 'x-correlation-id': 'abc-1' }
  await server.inject({ method: 'POST', url: '/', headers, payload: { a: 1 } })
  expect(log.all()).toMatchObject([
    { message: 'before', correlationId: 'abc-1' },
    { message: 'after', step: 2, correlationId: 'abc-1' },
    { event: 'request', correlationId: 'abc-1' },
  ])
})

test('createHttpServer: no query, credential or secret of a failure reaches the log', async () => {
  const { server, log } = await fixture()
  server.get('/orders/:id', async () => {
    throw new Error('connect to postgres://app:hunter2@db/shop failed')
  })
  await server.inject({
    url: '/orders/1?token=hunter2',
    headers: { authorization: 'Bearer hunter2', cookie: 'session=hunter2' },
  })
  expect(log.all().length).toBe(2)
  expect(JSON.stringify(log.all())).not.toContain('hunter2')
})

test('createHttpServer: whatever is asked for, no path and no odd method becomes a label', async () => {
  const { server } = await fixture({ rateLimit: false })
  addMetrics(server)
  server.get('/things/:id', async () => 'fine')
  for (let i = 0; i < 50; i++) {
    await server.inject(`/things/${i}`)
    await server.inject(`/nothing/${i}`)
    await server.inject(`/things/${i}/%zz`)
    await server.inject({ method: 'PROPFIND' as 'GET', url: `/things/${i}` })
    await server.inject({ method: 'OPTIONS', url: `/odd/${i}` })
  }
  const { body } = await server.inject('/metrics')
  const series = body.split('\n').filter((line) => line.startsWith('seaworthy_http_requests_total{'))
  const labels = series.map((line) =>
    /method="(\w+)",route="([^"]+)",status="(\d+)"/.exec(line)?.slice(1).join(' '),
  )
  expect(labels.toSorted()).toEqual([
    'GET /things/:id 200',
    'GET no route 400',
    'GET no route 404',
    'OPTIONS no route 404',
    'PROPFIND no route 405',
  ])
})

test('createHttpServer: HEAD answers as GET does without its body, OPTIONS names the methods', async () => {
  const { server } = await fixture()
  server.get('/things', async () => ({ text: 'x' }))
  const head = await server.inject({ method: 'HEAD', url: '/things' })
  const get = await server.inject('/things')
  expect([head.statusCode, head.body]).toEqual([200, ''])
  expect(head.headers['content-length']).toBe(get.headers['content-length'])
  expect(head.headers['x-correlation-id']).toBeDefined()
  const options = await server.inject({ method: 'OPTIONS', url: '/things' })
  expect([options.statusCode, options.headers['allow']]).toEqual([405, 'GET, HEAD'])
})

test('createHttpServer: answers are not stored unless their route says so, and a problem never is', async () => {
  const { server } = await fixture()
  const immutable = 'public, max-age=31536000, immutable'
  server.get('/private', async () => ({}))
  server.get('/asset.js', async (_request, reply) => reply.header('cache-control', immutable).send('x'))
  server.get('/lost.js', async (_request, reply) => {
    reply.header('cache-control', immutable)
    throw new Error('gone')
  })
  const stored = async (url: string) => (await server.inject(url)).headers['cache-control']
  expect(await stored('/private')).toBe('no-store')
  expect(await stored('/asset.js')).toBe(immutable)
  expect(await stored('/lost.js')).toBe('no-store')
  expect(await stored('/nothing')).toBe('no-store')
})

test.each([
  [1023, undefined],
  [1024, 'gzip'],
] as const)('createHttpServer: an answer of %d bytes has the encoding %s', async (bytes, encoding) => {
  const { server } = await fixture()
  server.get('/', async (_request, reply) => reply.type('text/plain').send('x'.repeat(bytes)))
  const answer = await server.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } })
  expect(answer.headers['content-encoding']).toBe(encoding)
})

async function criticalServer() {
  const clock = manualClock()
  const runtime = { clock, random: systemRandom }
  const up = { database: true, weather: true }
  const probed = (name: 'database' | 'weather', importance: 'critical' | 'optional') =>
    dependency(
      {
        name,
        importance,
        probe: { every: '1s', call: async () => (up[name] ? undefined : Promise.reject(new Error('down'))) },
      },
      runtime,
    )
  const service = defineService(
    {
      name: 'sample',
      dependencies: { database: probed('database', 'critical'), weather: probed('weather', 'optional') },
      capabilities: { list: { needs: ['database'] } },
    },
    runtime,
  )
  const { server } = await fixture({ clock, rateLimit: { policies: { once: { quota: 1, window: '1m' } } } })
  const tokens = createAccessTokens({ secret: 'x'.repeat(32), issuer: 'a', audience: 'b', clock })
  await addService(server, {
    service,
    tokens,
    prefix: '/sample',
    docs: false,
    routes: (scope) => {
      const body = Type.Object({ name: Type.String() })
      scope.get('/closed', { config: { capability: 'list' } }, async () => [])
      scope.post('/open', { config: { auth: 'public' }, schema: { body } }, async () => ({}))
      scope.get('/once', { config: { auth: 'public', rateLimit: 'once' } }, async () => ({}))
    },
  })
  addHealth(server, [service])
  await service.start()
  return { server, service, clock, up }
}

test('addHealth: not ready while a critical dependency is down, and only then', async () => {
  const { server, service, clock, up } = await criticalServer()
  const ready = async () => (await server.inject('/health/ready')).statusCode
  expect(await ready()).toBe(200)
  up.weather = false
  await clock.advance(5_000)
  expect(await ready()).toBe(200)
  up.database = false
  await clock.advance(5_000)
  expect(await ready()).toBe(503)
  expect((await server.inject('/health/live')).statusCode).toBe(200)
  up.database = true
  await clock.advance(1_000)
  expect(await ready()).toBe(200)
  await service.stop()
})

test('useServiceLevel: whatever refuses a request of the service, the answer tells the level', async () => {
  const { server, service, clock, up } = await criticalServer()
  up.database = false
  await clock.advance(5_000)
  await server.inject('/sample/once')
  const answers = [
    await server.inject('/sample/closed'),
    await server.inject({ method: 'POST', url: '/sample/open', payload: {} }),
    await server.inject('/sample/once'),
  ]
  expect(answers.map(({ statusCode, headers }) => [statusCode, headers['service-level']])).toEqual([
    [401, 'unavailable'],
    [400, 'unavailable'],
    [429, 'unavailable'],
  ])
  await service.stop()
})
