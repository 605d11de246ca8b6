import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { connectOrExplain } from '../src/index.ts'
import { testServer } from './support.ts'

const server = testServer()

function changed(change: (url: URL) => void): string {
  const url = new URL(server.url)
  change(url)
  return url.href
}

async function failure(url: string): Promise<{ code: unknown; message: string }> {
  const error: unknown = await connectOrExplain(url, { timeout: '1s' }).catch((reason: unknown) => reason)
  if (!(error instanceof Error)) throw new Error('an error was expected')
  return { code: Reflect.get(error, 'code'), message: error.message }
}

test('connectOrExplain: reports the version of a good server', async () => {
  expect((await connectOrExplain(server.url)).version).toBeGreaterThanOrEqual(180_000)
})

test('connectOrExplain: wrong password, user and database are told apart, and no password is shown', async () => {
  const wrongPassword = await failure(changed((url) => (url.password = 'hunter2')))
  expect(wrongPassword).toMatchObject({ code: 'ERR_DATABASE_CREDENTIALS' })
  expect(wrongPassword.message).toMatch(/DATABASE_URL.*127\.0\.0\.1:\d+.*"postgres"/)
  expect(wrongPassword.message).not.toContain('hunter2')
  expect(await failure(changed((url) => (url.username = 'stranger')))).toMatchObject({
    code: 'ERR_DATABASE_CREDENTIALS',
    message: expect.stringContaining('"stranger"'),
  })
  expect(await failure(changed((url) => (url.pathname = '/nowhere')))).toMatchObject({
    code: 'ERR_DATABASE_MISSING',
    message: expect.stringContaining('"nowhere"'),
  })
})

test('connectOrExplain: a closed port and an unknown host are unreachable', async () => {
  for (const url of ['postgres://a:hunter2@127.0.0.1:1/x', 'postgres://a:hunter2@host.invalid/x']) {
    const { code, message } = await failure(url)
    expect(code).toBe('ERR_DATABASE_UNREACHABLE')
    expect(message).toMatch(/DATABASE_URL.*(127\.0\.0\.1:1|host\.invalid:5432)/)
    expect(message).not.toContain('hunter2')
  }
})

test('connectOrExplain: a server that says nothing, or something else, is unreachable within the limit', async () => {
  for (const greeting of ['', 'HTTP/1.1 400 Bad Request\r\n\r\n']) {
    const other = createServer((socket) => {
      socket.on('error', () => undefined)
      if (greeting !== '') socket.end(greeting)
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? address?.port : undefined
    expect(await failure(`postgres://a:b@127.0.0.1:${port}/x`)).toMatchObject({
      code: 'ERR_DATABASE_UNREACHABLE',
    })
    other.close()
  }
})

test.each([
  '',
  'localhost',
  'mysql://a@b/c',
  'postgres://a:b@c:port/d',
  'postgres://a:hunter2%ZZ@127.0.0.1:1/d',
  'postgres://a%:b@127.0.0.1:1/d',
  'postgres://a:b@127.0.0.1:1/d%f',
])('connectOrExplain: %j is malformed, and not repeated', async (url) => {
  const { code, message } = await failure(url)
  expect(code).toBe('ERR_DATABASE_URL')
  expect(message).toContain('DATABASE_URL')
  expect(message).not.toContain('hunter2')
})
