import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, signIn, type Answer } from './api.ts'
import { freePort, HostProcess, temporaryDataDir } from './host-process.ts'
import { metricFamilies } from './metrics.ts'

const dataDir = temporaryDataDir()
let host: HostProcess

beforeAll(async () => {
  host = new HostProcess(await freePort(), dataDir.path, { env: { DEMO: 'off' } })
  await host.ready()
}, 120_000)

afterAll(async () => {
  await host[Symbol.asyncDispose]()
  dataDir[Symbol.dispose]()
}, 60_000)

function get(path: string): Promise<Answer> {
  return ask('GET', host.url + path)
}

function expectProblem({ status, headers, body }: Answer, expected: { status: number; code?: string }): void {
  expect(status).toBe(expected.status)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(body).toMatchObject({ ...expected, title: expect.any(String), correlationId: expect.any(String) })
  expect(headers.get('x-correlation-id')).toBe((body as { correlationId: string }).correlationId)
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts:\d|SELECT/)
}

/** Sends bytes as they are and reads until the server closes. */
function sendRaw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(host.url)
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let received = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => (received += chunk))
    socket.once('error', reject)
    socket.once('close', () => resolve(received))
  })
}

const pages: readonly [string, RegExp, string][] = [
  ['/', /text\/html/, 'MarketPrep'],
  ['/marketprep/', /text\/html/, '<script'],
  ['/marketprep/docs', /text\/html/, 'swagger-ui'],
  ['/marketprep/openapi.json', /application\/json/, '"3.1'],
  ['/health', /application\/json/, '"level":"full"'],
  ['/health/live', /application\/json/, '"live":true'],
  ['/health/ready', /application\/json/, '"ready":true'],
  ['/metrics', /text\/plain/, '# TYPE'],
]

describe('HTTP of the host', { timeout: 30_000 }, () => {
  test.each(pages)('%s: answers, with the security headers', async (path, type, contains) => {
    const { status, headers, body } = await get(path)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(type)
    expect(typeof body === 'string' ? body : JSON.stringify(body)).toContain(contains)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-content-type-options': 'nosniff',
      'referrer-policy': expect.any(String),
      'permissions-policy': expect.any(String),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-correlation-id': expect.any(String),
    })
    expect(headers.has('x-powered-by')).toBe(false)
  })

  test('/marketprep/openapi.json: is OpenAPI 3.1 and describes the main question', async () => {
    const { body } = await get('/marketprep/openapi.json')
    const { openapi, paths } = body as { openapi: string; paths: Record<string, Record<string, object>> }
    expect(openapi).toMatch(/^3\.1\.\d+$/)
    const recommend = Object.entries(paths).find(([path]) => path.endsWith('/recommendations'))
    expect(recommend?.[1]).toHaveProperty('post')
  })

  test('/metrics: every line parses; requests, the process and the database are there from the start', async () => {
    const { body } = await get('/metrics')
    const families = metricFamilies(String(body))
    for (const name of ['http_requests_total', 'database_pool_connections', 'dependency_up']) {
      expect(families).toContain(`seaworthy_${name}`)
    }
    expect(families.length).toBeGreaterThanOrEqual(30)
  })

  test('unknown paths, methods and broken addresses: problem documents', async () => {
    expectProblem(await get('/nowhere'), { status: 404, code: 'ERR_NOT_FOUND' })
    expectProblem(await get('/marketprep/api/nowhere'), { status: 404, code: 'ERR_NOT_FOUND' })
    expectProblem(await get('/%zz'), { status: 400 })
    expectProblem(await ask('DELETE', `${host.url}/health`), { status: 405 })
    expectProblem(await get('/marketprep/api/products'), { status: 401 })
  })

  test('bodies that cannot be used: problem documents that name the field', async () => {
    const login = `${host.url}/marketprep/api/auth/login`
    const missing = await ask('POST', login, { email: 'somebody@example.com' })
    expectProblem(missing, { status: 400 })
    expect(JSON.stringify(missing.body)).toContain('password')
    const broken = await fetch(login, {
      method: 'POST',
      body: '{"email":',
      headers: { 'content-type': 'application/json' },
    })
    expect(broken.status).toBe(400)
    expect(broken.headers.get('content-type')).toBe('application/problem+json')
    const other = await fetch(login, {
      method: 'POST',
      body: '<email/>',
      headers: { 'content-type': 'text/xml' },
    })
    expect(other.status).toBe(415)
    expect(other.headers.get('content-type')).toBe('application/problem+json')
    const large = await ask('POST', login, { email: 'x'.repeat(3_000_000), password: '' })
    expectProblem(large, { status: 413 })
  })

  test.each([
    ['no HTTP', 'nonsense\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['endless headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('bytes with %s: a problem document, and the connection closes', async (_name, bytes, status) => {
    const answer = await sendRaw(bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json')
  })

  test('a new vendor signs up and asks', async () => {
    const credentials = { email: 'new@example.com', password: 'nine green bottles', businessName: 'New' }
    const vendor = await signIn(host.url, credentials, 'register')
    const { status, headers, body } = await vendor.ask('GET', '/products')
    expect({ status, body }).toMatchObject({ status: 200, body: { items: [] } })
    expect(headers.get('service-level')).toBe('full')
    expect(headers.get('cache-control')).toContain('no-store')
  })
})
