import { manualClock } from 'seaworthy/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { fixture, plainService } from '../test/fixture.ts'
import { createAccessTokens } from './access-tokens.ts'
import { addService } from './add-service.ts'
import { addHealth, addMetrics } from './health-routes.ts'

const secret = 'a secret of at least thirty-two bytes'

async function sampleServer() {
  const clock = manualClock()
  const { server, log } = await fixture({
    clock,
    rateLimit: { policies: { login: { quota: 1, window: '1m' } } },
  })
  const tokens = createAccessTokens({ secret, issuer: 'sample', audience: 'sample', clock })
  const service = plainService()
  await addService(server, {
    service,
    prefix: '/sample',
    tokens,
    title: 'Sample',
    routes: (scope) => {
      scope.get(
        '/api/answer',
        {
          config: { capability: 'answer' },
          schema: {
            summary: 'The answer',
            querystring: Type.Object({ limit: Type.Integer({ minimum: 1, default: 10, examples: [5] }) }),
            response: { 200: Type.Object({ limit: Type.Integer(), subject: Type.String() }) },
          },
        },
        async (request) => ({
          limit: request.query.limit,
          subject: request.principal?.subject ?? '',
          level: 1,
        }),
      )
      scope.get('/api/open', { config: { auth: 'public' } }, async () => ({ open: true }))
      scope.get('/api/admin', { config: { auth: { role: 'admin' } } }, async () => ({ admin: true }))
      scope.post('/api/login', { config: { auth: 'public', rateLimit: 'login' } }, async () => ({}))
    },
  })
  addHealth(server, [service])
  addMetrics(server)
  await service.start()
  return { server, tokens, clock, log, service }
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` }
}

test('addService: routes are closed unless they say so', async () => {
  const { server, tokens } = await sampleServer()
  const refused = await server.inject('/sample/api/answer')
  expect(refused.statusCode).toBe(401)
  expect(refused.json()).toMatchObject({ code: 'ERR_UNAUTHENTICATED' })
  expect(refused.headers['www-authenticate']).toBe('Bearer realm="api"')
  expect((await server.inject('/sample/api/open')).statusCode).toBe(200)
  const token = await tokens.issue({ subject: 'ann' })
  const answer = await server.inject({ url: '/sample/api/answer?limit=3', headers: bearer(token) })
  expect(answer.json()).toEqual({ limit: 3, subject: 'ann' })
  expect(answer.headers['service-level']).toBe('full')
})

test('addService: a token that does not hold is refused, also on a public route', async () => {
  const { server, tokens, clock } = await sampleServer()
  const token = await tokens.issue({ subject: 'ann' })
  await clock.advance(16 * 60_000)
  for (const url of ['/sample/api/answer', '/sample/api/open']) {
    const answer = await server.inject({ url, headers: bearer(token) })
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toMatchObject({ code: 'ERR_TOKEN_INVALID' })
    expect(answer.headers['www-authenticate']).toContain('invalid_token')
  }
})

test('addService: a role is needed where a route names one', async () => {
  const { server, tokens } = await sampleServer()
  const ask = async (roles: string[]) =>
    server.inject({
      url: '/sample/api/admin',
      headers: bearer(await tokens.issue({ subject: 'ann', roles })),
    })
  expect((await ask(['vendor'])).json()).toMatchObject({ code: 'ERR_FORBIDDEN', status: 403 })
  expect((await ask(['admin'])).json()).toEqual({ admin: true })
})

test('addService: limits count by subject, and each policy on its own', async () => {
  const { server, tokens } = await sampleServer()
  const post = async (headers: Record<string, string>) =>
    (await server.inject({ method: 'POST', url: '/sample/api/login', headers })).statusCode
  expect(await post({})).toBe(200)
  expect(await post({})).toBe(429)
  expect(await post(bearer(await tokens.issue({ subject: 'ann' })))).toBe(200)
  expect((await server.inject('/sample/api/open')).statusCode).toBe(200)
})

test('addService: serves OpenAPI 3.1 of its own routes with examples and security', async () => {
  const { server } = await sampleServer()
  const answer = await server.inject('/sample/openapi.json')
  const document = answer.json()
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Sample', version: '1.2.3' } })
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/sample/api/admin',
    '/sample/api/answer',
    '/sample/api/login',
    '/sample/api/open',
  ])
  const { get } = document.paths['/sample/api/answer']
  expect(get.security).toEqual([{ accessToken: [] }])
  expect(get.parameters[0]).toMatchObject({ name: 'limit', in: 'query', example: 5 })
  expect(Object.keys(get.responses)).toEqual(['200', 'default'])
  expect(document.paths['/sample/api/open'].get.security).toBeUndefined()
})

test('addService: the docs page is public and has its own content security policy', async () => {
  const { server } = await sampleServer()
  expect((await server.inject('/sample/docs')).headers['location']).toBe('docs/')
  const answer = await server.inject('/sample/docs/')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-security-policy']).toContain("style-src 'self' 'sha256-")
  expect(answer.headers['content-security-policy']).toContain("script-src 'self';")
  const other = await server.inject('/sample/api/open')
  expect(other.headers['content-security-policy']).not.toContain('sha256-')
})

test('addHealth: tells phase, level and readiness, and turns 503 when a service drains', async () => {
  const { server, service, log } = await sampleServer()
  const health = await server.inject('/health')
  expect(health.statusCode).toBe(200)
  expect(health.json()).toEqual({
    ready: true,
    level: 'full',
    services: [
      {
        service: 'sample',
        version: '1.2.3',
        phase: 'running',
        ready: true,
        because: [],
        level: 'full',
        capabilities: [{ capability: 'answer', level: 'full', because: [] }],
        dependencies: [],
      },
    ],
  })
  service.drain()
  expect((await server.inject('/health')).statusCode).toBe(503)
  const ready = await server.inject('/health/ready')
  expect(ready.statusCode).toBe(503)
  expect(ready.json()).toEqual({
    ready: false,
    services: [{ service: 'sample', ready: false, because: ['the service is draining'] }],
  })
  expect((await server.inject('/health/live')).statusCode).toBe(200)
  expect(log.requests()).toEqual([])
})

test('addMetrics: shows what was asked by route pattern', async () => {
  const { server } = await sampleServer()
  await server.inject('/sample/api/open')
  await server.inject('/unknown/1')
  const { body, headers } = await server.inject('/metrics')
  expect(headers['content-type']).toContain('text/plain')
  expect(body).toContain(
    'seaworthy_http_requests_total{method="GET",route="/sample/api/open",status="200"} 1',
  )
  expect(body).toContain('seaworthy_http_requests_total{method="GET",route="no route",status="404"} 1')
  expect(body).toContain('seaworthy_http_problems_total{code="ERR_NOT_FOUND"} 1')
})

test('addService: a capability that the service does not have is refused at the start', async () => {
  const { server } = await fixture()
  await addService(server, {
    service: plainService(),
    docs: false,
    routes: (scope) => {
      expect(() => scope.get('/x', { config: { capability: 'fly' } }, async () => '')).toThrow(
        '"capability" must be one of answer, received "fly"',
      )
    },
  })
  await server.ready()
})

test('addService: a closed route in a service without tokens is refused at the start', async () => {
  const { server } = await fixture()
  await addService(server, {
    service: plainService(),
    docs: false,
    routes: (scope) => {
      expect(() => scope.get('/x', { config: { auth: 'required' } }, async () => '')).toThrow(
        '"auth" must be "public" or left out in a service without "tokens", received "required"',
      )
    },
  })
  await server.ready()
})
