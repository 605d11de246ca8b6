import { manualClock } from 'seaworthy/core'
import { currentContext } from 'seaworthy/telemetry'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { fixture } from '../test/fixture.ts'
import type { Problem } from './problem.ts'

const body = Type.Object(
  { name: Type.String({ minLength: 1 }), price: Type.Number({ minimum: 0 }) },
  { additionalProperties: false },
)

test('createHttpServer: correlation ID and trace reach handler, body parser and answer', async () => {
  const { server, log } = await fixture()
  const seen: (string | undefined)[] = []
  server.addHook('preHandler', async () => void seen.push(currentContext()?.correlationId))
  server.post('/things', { schema: { body } }, async () => {
    await Promise.resolve()
    seen.push(currentContext()?.correlationId)
    return currentContext()
  })
  const answer = await server.inject({
    method: 'POST',
    url: '/things',
    headers: { 'x-correlation-id': 'abc-1', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    payload: { name: 'x', price: 1 },
  })
  expect(answer.statusCode).toBe(200)
  expect(seen).toEqual(['abc-1', 'abc-1'])
  expect(answer.headers['x-correlation-id']).toBe('abc-1')
  expect(answer.headers['traceparent']).toMatch(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/)
  expect(answer.json()).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) })
  expect(log.requests()).toMatchObject([
    {
      service: 'seaworthy',
      correlationId: 'abc-1',
      method: 'POST',
      route: '/things',
      status: 200,
      level: 'info',
    },
  ])
})

test('createHttpServer: a validation error names each field and keeps the correlation ID', async () => {
  const { server } = await fixture()
  server.post('/things', { schema: { body } }, async () => 'never')
  const answer = await server.inject({ method: 'POST', url: '/things?q=1', payload: { name: '', extra: 1 } })
  const problem = answer.json<Problem>()
  expect(answer.statusCode).toBe(400)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(problem).toMatchObject({
    type: 'urn:seaworthy:problem:validation',
    title: 'Invalid request',
    status: 400,
    instance: '/things',
    code: 'ERR_VALIDATION',
    correlationId: answer.headers['x-correlation-id'],
  })
  expect(problem.errors?.map(({ field }) => field).toSorted()).toEqual([
    'body/extra',
    'body/name',
    'body/price',
  ])
})

test('createHttpServer: an unknown error says nothing about the inside', async () => {
  const { server, log } = await fixture()
  server.get('/fails', async () => {
    throw new Error('select * from users where password = hunter2')
  })
  const answer = await server.inject('/fails')
  expect(answer.statusCode).toBe(500)
  expect(answer.json()).toMatchObject({ code: 'ERR_INTERNAL', status: 500 })
  expect(answer.body).not.toMatch(/select|hunter2|\.ts|node_modules/)
  const failure = log.all().find(({ level }) => level === 'error')
  expect(failure).toMatchObject({
    message: 'request failed',
    correlationId: answer.headers['x-correlation-id'],
  })
})

test('createHttpServer: each kind of bad request has its own code', async () => {
  const { server } = await fixture({ limits: { bodyBytes: 200, urlLength: 300, queryParameters: 3 } })
  server.post('/things', { schema: { body } }, async () => 'fine')
  server.get('/things/:id', async () => 'fine')
  const json = { 'content-type': 'application/json' }
  const cases = [
    [{ method: 'POST', url: '/things', headers: json, payload: '{' }, 400, 'ERR_MALFORMED_JSON'],
    [
      { method: 'POST', url: '/things', headers: json, payload: '{"__proto__":{}}' },
      400,
      'ERR_MALFORMED_JSON',
    ],
    [
      { method: 'POST', url: '/things', headers: json, payload: '{"name":"a\\u0000"}' },
      400,
      'ERR_MALFORMED_JSON',
    ],
    [{ method: 'POST', url: '/things', headers: json, payload: '' }, 400, 'ERR_EMPTY_BODY'],
    [
      { method: 'POST', url: '/things', headers: json, payload: `"${'x'.repeat(300)}"` },
      413,
      'ERR_BODY_TOO_LARGE',
    ],
    [
      { method: 'POST', url: '/things', headers: { 'content-type': 'a/b' }, payload: 'x' },
      415,
      'ERR_UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      { method: 'POST', url: '/things', headers: { ...json, 'content-encoding': 'gzip' }, payload: '{}' },
      415,
      'ERR_UNSUPPORTED_MEDIA_TYPE',
    ],
    [{ method: 'GET', url: '/nothing' }, 404, 'ERR_NOT_FOUND'],
    [{ method: 'DELETE', url: '/things/1' }, 405, 'ERR_METHOD_NOT_ALLOWED'],
    [{ method: 'GET', url: '/things/%zz' }, 400, 'ERR_MALFORMED_REQUEST'],
    [{ method: 'GET', url: '/things/a%00b' }, 400, 'ERR_MALFORMED_REQUEST'],
    [{ method: 'GET', url: `/things/${'x'.repeat(250)}` }, 414, 'ERR_URI_TOO_LONG'],
    [{ method: 'GET', url: `/things?${'x'.repeat(300)}` }, 414, 'ERR_URI_TOO_LONG'],
    [{ method: 'GET', url: '/things/1?a&b&c&d' }, 400, 'ERR_MALFORMED_REQUEST'],
  ] as const
  for (const [request, status, code] of cases) {
    const answer = await server.inject(request)
    expect([answer.statusCode, answer.json<Problem>().code], request.url).toEqual([status, code])
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.json<Problem>().correlationId).toBe(answer.headers['x-correlation-id'])
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    if (status === 405) expect(answer.headers['allow']).toBe('GET, HEAD')
  }
})

test('createHttpServer: development shows the context of an error, without secrets', async () => {
  const { server } = await fixture({ development: true, log: { level: 'fatal' } })
  server.get('/fails', async () => {
    throw new Error('password=hunter2 was wrong')
  })
  const answer = await server.inject('/fails')
  expect(answer.json()).toMatchObject({ context: { cause: { name: 'Error' } } })
  expect(answer.body).not.toContain('hunter2')
})

test('createHttpServer: a handler beyond its deadline is answered for, also after a body was read', async () => {
  const clock = manualClock()
  const { server } = await fixture({ clock })
  const started = Promise.withResolvers<void>()
  server.post('/slow', { config: { deadline: '20s' } }, () => {
    started.resolve()
    return new Promise(() => {})
  })
  const answering = server.inject({ method: 'POST', url: '/slow', payload: { a: 1 } })
  await started.promise
  await clock.advance(20_000)
  const answer = await answering
  expect(answer.statusCode).toBe(503)
  expect(answer.json()).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' })
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.headers['x-correlation-id']).toBe(answer.json<Problem>().correlationId)
  expect(clock.pending).toBe(0)
})

test('createHttpServer: an answer in time leaves no timer behind', async () => {
  const clock = manualClock()
  const { server } = await fixture({ clock })
  server.get('/', async () => 'fine')
  expect((await server.inject('/')).body).toBe('fine')
  expect(clock.pending).toBe(0)
})

test('createHttpServer: large answers are compressed as the caller accepts, small ones and event streams are not', async () => {
  const { server } = await fixture()
  server.get('/large', async () => ({ text: 'x'.repeat(5000) }))
  server.get('/small', async () => ({ text: 'x' }))
  server.get('/events', async (_request, reply) =>
    reply.type('text/event-stream').send('data: x\n\n'.repeat(500)),
  )
  const ask = (url: string, encoding: string) =>
    server.inject({ url, headers: { 'accept-encoding': encoding } })
  expect((await ask('/large', 'gzip, br')).headers).toMatchObject({
    'content-encoding': 'br',
    vary: 'accept-encoding',
  })
  expect((await ask('/large', 'gzip')).headers['content-encoding']).toBe('gzip')
  expect((await ask('/small', 'gzip')).headers['content-encoding']).toBeUndefined()
  expect((await ask('/events', 'gzip')).headers['content-encoding']).toBeUndefined()
})

test('createHttpServer: callers are limited each on their own, and told when to come back', async () => {
  const clock = manualClock()
  const { server } = await fixture({ clock, rateLimit: { default: { quota: 2, window: '10s' } } })
  server.get('/', async () => 'fine')
  server.get('/free', { config: { rateLimit: false } }, async () => 'fine')
  const ask = (url: string, remoteAddress: string) => server.inject({ url, remoteAddress })
  const first = await ask('/', '2001:db8::1')
  expect(first.headers).toMatchObject({
    'ratelimit-policy': '"default";q=2;w=10',
    ratelimit: '"default";r=1;t=5',
  })
  await ask('/nothing', '2001:db8::2')
  const refused = await ask('/', '2001:db8::3')
  expect(refused.statusCode).toBe(429)
  expect(refused.headers).toMatchObject({ 'retry-after': '5', ratelimit: '"default";r=0;t=5' })
  expect(refused.json()).toMatchObject({ code: 'ERR_RATE_LIMITED' })
  expect((await ask('/', '2001:db8:0:1::1')).statusCode).toBe(200)
  expect((await ask('/free', '2001:db8::1')).statusCode).toBe(200)
  await clock.advance(5000)
  expect((await ask('/', '2001:db8::1')).statusCode).toBe(200)
})

test('createHttpServer: a forwarded address counts only from a trusted proxy', async () => {
  const { server } = await fixture({ trustedProxies: ['10.0.0.0/8'] })
  server.get('/', async (request) => ({ ip: request.ip, protocol: request.protocol }))
  const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7', 'x-forwarded-proto': 'https' }
  const trusted = await server.inject({ url: '/', headers, remoteAddress: '10.1.2.3' })
  expect(trusted.json()).toEqual({ ip: '198.51.100.7', protocol: 'https' })
  expect(trusted.headers['strict-transport-security']).toContain('max-age=')
  const other = await server.inject({ url: '/', headers, remoteAddress: '192.0.2.1' })
  expect(other.json()).toEqual({ ip: '192.0.2.1', protocol: 'http' })
  expect(other.headers['strict-transport-security']).toBeUndefined()
})

test('createHttpServer: refuses options that are not valid, without showing a key', async () => {
  const refusal = async (options: object) => String(await fixture(options).catch((error: unknown) => error))
  expect(await refusal({ trustProxy: true })).toContain('"trustProxy" must be one of name, development')
  expect(await refusal({ limits: { bodyBytes: 0 } })).toContain('"bodyBytes" must be a whole number from 1')
  expect(await refusal({ log: { level: 'loud' } })).toContain('"level" must be one of "trace"')
  expect(await refusal({ rateLimit: { default: { quota: 5, window: '1ms' } } })).toContain('"window" must be')
  const key = await refusal({ tls: { cert: 'hunter2' } })
  expect(key).toContain('"tls" must be { cert, key } in PEM')
  expect(key).not.toContain('hunter2')
})

test('createHttpServer: a policy that does not exist is refused when the route is added', async () => {
  const { server } = await fixture()
  expect(() => server.get('/', { config: { rateLimit: 'login' } }, async () => 'fine')).toThrow(
    '"rateLimit" must be false or one of default, received "login"',
  )
})
