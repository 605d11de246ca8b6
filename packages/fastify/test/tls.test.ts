import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { request as secureRequest } from 'node:https'
import { expect, test } from 'vitest'
import { fixture } from './fixture.ts'
import { listen } from './raw-socket.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) {
  if (process.env['CI'] === 'true') throw new Error('Cannot run TLS tests: install openssl')
  process.stderr.write('skipped: tests over TLS; install openssl to run them\n')
}

/** Certificate and key in one PEM text. */
function selfSigned(): string {
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ed25519',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-keyout',
    '-',
    '-out',
    '-',
  ]
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

test.skipIf(!hasOpenssl)('tls: answers carry HSTS, and plain HTTP on the port is not answered', async () => {
  const pem = selfSigned()
  const { server } = await fixture({ tls: { cert: pem, key: pem } })
  server.get('/', async ({ protocol }) => ({ protocol }))
  const target = { host: '127.0.0.1', port: await listen(server), agent: false } as const
  const [answer] = (await once(
    secureRequest({ ...target, rejectUnauthorized: false }).end(),
    'response',
  )) as [IncomingMessage]
  expect(answer.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
  expect((await answer.toArray()).join('')).toBe('{"protocol":"https"}')
  await expect(once(request(target).end(), 'response')).rejects.toMatchObject({ code: 'ECONNRESET' })
  await server.close()
})
