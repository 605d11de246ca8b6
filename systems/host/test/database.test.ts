import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ask, signIn, type Answer, type Vendor } from './api.ts'
import { freePort, HostProcess, patience, temporaryDataDir } from './host-process.ts'
import { descendantsOf, isAlive, processesOn } from './processes.ts'

const dataDir = temporaryDataDir()
/** Without it the server does not start. */
const versionFile = join(dataDir.path, 'postgres/pgdata/PG_VERSION')
let host: HostProcess
let vendor: Vendor

beforeAll(async () => {
  host = new HostProcess(await freePort(), dataDir.path, { env: { DEMO: 'off' } })
  await host.ready()
  const credentials = { email: 'new@example.com', password: 'nine green bottles', businessName: 'New' }
  vendor = await signIn(host.url, credentials, 'register')
}, 120_000)

afterAll(async () => {
  await host[Symbol.asyncDispose]()
  dataDir[Symbol.dispose]()
}, 60_000)

async function readiness(): Promise<number> {
  return (await ask('GET', `${host.url}/health/ready`)).status
}

function killDatabase(): void {
  const server = host.postmaster()
  for (const pid of [server, ...descendantsOf(server)]) process.kill(pid, 'SIGKILL')
}

/** No hang, and a refusal that says when to come back. */
function expectUnavailable({ status, headers, body, ms }: Answer): void {
  expect(status).toBe(503)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(headers.get('service-level')).toBe('unavailable')
  expect((body as { detail: string }).detail).not.toMatch(/127\.0\.0\.1|ECONN|postgres:/)
  expect(ms).toBeLessThan(3_000)
}

describe.skipIf(process.platform !== 'linux')('loss of the database', { timeout: 120_000 }, () => {
  test('a killed backend: PostgreSQL recovers, and the host is ready again by itself', async () => {
    const backends = descendantsOf(host.postmaster())
    const backend = backends.at(-1)
    if (backend === undefined) throw new Error('the postmaster must have a process below it')
    process.kill(backend, 'SIGKILL')
    await vi.waitFor(() => expect(isAlive(backend)).toBe(false), patience)
    await vi.waitFor(async () => {
      expect((await vendor.ask('GET', '/products')).status).toBe(200)
      expect(await readiness()).toBe(200)
    }, patience)
  })

  test('a killed server is started again on its port, with what was committed', async () => {
    const made = await vendor.ask('POST', '/products', { name: 'Kept loaf', priceCents: 500 })
    expect(made.status).toBe(201)
    killDatabase()
    expectUnavailable(await vendor.ask('GET', '/products'))
    await vi.waitFor(async () => {
      expect((await vendor.ask('GET', '/products')).status).toBe(200)
      expect(await readiness()).toBe(200)
    }, patience)
    const { body } = await vendor.ask('GET', '/products')
    expect((body as { items: { name: string }[] }).items.map(({ name }) => name)).toContain('Kept loaf')
    expect(host.output).toMatch(/ERROR: .*embedded database ended/)
    expect(host.output).toMatch(/WARN: .*embedded database runs again/)
  })

  test('while it cannot be started: 503 problem documents, readiness 503 and alive; then ready by itself', async () => {
    renameSync(versionFile, `${versionFile}.away`)
    killDatabase()
    expectUnavailable(await vendor.ask('GET', '/products'))
    await vi.waitFor(async () => expect(await readiness()).toBe(503), patience)
    for (let i = 0; i < 10; i++) {
      const answer = await vendor.ask('GET', '/products')
      expectUnavailable(answer)
      expect(answer.headers.get('service-level')).toBe('unavailable')
    }
    const { body } = await ask('GET', `${host.url}/health`)
    expect(body).toMatchObject({ ready: false, level: 'unavailable', services: [{ because: ['database'] }] })
    expect((await ask('GET', `${host.url}/health/live`)).status).toBe(200)
    expect((await ask('GET', `${host.url}/marketprep/`)).status).toBe(200)
    renameSync(`${versionFile}.away`, versionFile)
    await vi.waitFor(async () => expect(await readiness()).toBe(200), patience)
  })

  test('a host whose database cannot be started again says so and ends completely, with exit code 1', async () => {
    renameSync(versionFile, `${versionFile}.away`)
    killDatabase()
    expect(await host.ended).toEqual({ code: 1, signal: null })
    expect(host.errors).toMatch(/^Cannot keep the embedded database running: .*8 restarts failed/)
    await vi.waitFor(() => expect(processesOn(dataDir.path)).toEqual([]), patience)
  })
})
