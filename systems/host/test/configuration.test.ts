import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@seaworthy/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HostProcess, temporaryDataDir, type StartOptions } from './host-process.ts'

const dataDir = temporaryDataDir()
let postgres: EmbeddedPostgres
let mute: Server

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ dataDir: join(dataDir.path, 'external') })
  mute = createServer(() => undefined)
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
}, 60_000)

afterAll(async () => {
  mute.close()
  await postgres.stop()
  dataDir[Symbol.dispose]()
})

function database(change: (url: URL) => void): string {
  const url = new URL(postgres.url)
  change(url)
  return url.href
}

function mutePort(): number {
  return (mute.address() as AddressInfo).port
}

interface Refusal {
  readonly env?: () => Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** What the one line has to contain: the variable, and what to do. */
  readonly says: readonly (string | RegExp)[]
}

const secret = 'a secret that is long enough for anything'

const refusals: Readonly<Record<string, Refusal>> = {
  'a PORT that is no number': { env: () => ({ PORT: '80a' }), says: ['PORT', '0 to 65535', '"80a"'] },
  'a PORT that is taken': {
    env: () => ({ PORT: String(mutePort()) }),
    says: ['PORT', 'must be free', 'set PORT to another number'],
  },
  'a HOST that is no name': { env: () => ({ HOST: 'a b' }), says: ['HOST', 'an IP address or a host name'] },
  'a HOST of another machine': {
    env: () => ({ HOST: '203.0.113.7' }),
    says: ['HOST', 'set HOST to 127.0.0.1'],
  },
  'a DATABASE_URL that nobody answers at': {
    env: () => ({ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' }),
    says: ['DATABASE_URL', '127.0.0.1:1', 'correct host and port'],
  },
  'a DATABASE_URL whose server says nothing': {
    env: () => ({ DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${mutePort()}/x` }),
    says: ['DATABASE_URL', 'no answer in time'],
  },
  'a DATABASE_URL with the wrong password': {
    env: () => ({ DATABASE_URL: database((url) => (url.password = 'hunter2')) }),
    says: ['DATABASE_URL', 'the user or the password'],
  },
  'a DATABASE_URL of another scheme': {
    env: () => ({ DATABASE_URL: 'mysql://u:hunter2@127.0.0.1/x' }),
    says: ['DATABASE_URL', 'postgres://'],
  },
  'a DATABASE_URL with a database that is not there': {
    env: () => ({ DATABASE_URL: database((url) => (url.pathname = '/nowhere')) }),
    says: ['DATABASE_URL', 'createdb nowhere'],
  },
  'a DATABASE_URL with a certificate that is not there': {
    env: () => ({ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1/x?sslrootcert=/nowhere' }),
    says: ['DATABASE_URL', 'ENOENT', 'parameters'],
  },
  'a system that is not known': { args: ['marketprop'], says: ['marketprop', '(marketprep)'] },
  'a LOG_LEVEL that is not known': { env: () => ({ LOG_LEVEL: 'loud' }), says: ['LOG_LEVEL', 'one of'] },
  'a NODE_ENV that is not known': { env: () => ({ NODE_ENV: 'prod' }), says: ['NODE_ENV', 'production'] },
  'a DRAIN_GRACE_MS with a unit': {
    env: () => ({ DRAIN_GRACE_MS: '5s' }),
    says: ['DRAIN_GRACE_MS', 'whole milliseconds'],
  },
  'an EVENTS_URL without a scheme': {
    env: () => ({ EVENTS_URL: 'events.example' }),
    says: ['EVENTS_URL', 'https://'],
  },
  'a short SEAWORTHY_SECRET': {
    env: () => ({ SEAWORTHY_SECRET: 'hunter2' }),
    says: ['SEAWORTHY_SECRET', 'at least 32 bytes', 'openssl rand'],
  },
  'production without SEAWORTHY_SECRET': {
    env: () => ({ NODE_ENV: 'production' }),
    says: ['SEAWORTHY_SECRET', 'openssl rand'],
  },
  'production without the address of a service': {
    env: () => ({
      NODE_ENV: 'production',
      SEAWORTHY_SECRET: secret,
      DATABASE_URL: postgres.url,
      SQUARE_APPLICATION_ID: 'id',
      SQUARE_APPLICATION_SECRET: 'application secret',
    }),
    says: ['EVENTS_URL', 'must be set'],
  },
  'a DATA_DIR that is a file': {
    env: () => {
      const file = join(dataDir.path, 'file')
      writeFileSync(file, '')
      return { DATA_DIR: file }
    },
    says: ['DATA_DIR', 'set DATA_DIR to another folder'],
  },
  'a DATA_DIR below a folder that takes none': {
    env: () => ({ DATA_DIR: process.platform === 'linux' ? '/proc/seaworthy/data' : '/dev/null/data' }),
    says: ['DATA_DIR', 'set DATA_DIR to another folder'],
  },
}

/** The promise is 5 s; the rest is for a machine that runs other tests at the same time. */
const limitMs = 8_000

async function refusalOf(options: StartOptions): Promise<{ host: HostProcess; ms: number }> {
  const from = performance.now()
  const host = new HostProcess(0, join(dataDir.path, 'unused'), options)
  const { code } = await host.ended
  expect(code, host.output + host.errors).toBe(2)
  return { host, ms: performance.now() - from }
}

describe('configuration of the host', () => {
  test.each(Object.entries(refusals))(
    'host: %s ends it at once with one line that says what to do',
    { timeout: 30_000 },
    async (_name, { env = () => ({}), args = [], says }) => {
      const { host, ms } = await refusalOf({ env: env(), args })
      expect(ms).toBeLessThan(limitMs)
      expect(host.errors).toMatch(/^Cannot [^\n]+\n$/)
      for (const part of says) expect(host.errors).toMatch(part)
      const everything = host.output + host.errors
      expect(everything).not.toContain('hunter2')
      expect(everything).not.toMatch(/\bat .+:\d+:\d+/)
    },
  )
})
