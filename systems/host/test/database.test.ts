import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ask, signIn, type Answer, type Vendor } from './api.ts'
import { freePort, HostProcess, patience, temporaryDataDir } from './host-process.ts'
import { descendantsOf, isAlive, processesOn } from './processes.ts'

const dataDir = temporaryDataDir()
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

/** No hang, and a refusal that says when to come back. */
function expectUnavailable({ status, headers, body, ms }: Answer): void {
  expect(status).toBe(503)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(headers.get('service-level')).not.toBe('full')
  expect((body as { detail: string }).detail).not.toMatch(/127\.0\.0\.1|ECONN|postgres:/)
  expect(ms).toBeLessThan(3_000)
}

describe.skipIf(process.platform !== 'linux')('loss of the database', { timeout: 60_000 }, () => {
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

  test('a killed server: 503 problem documents, readiness 503 and alive, an error in the log', async () => {
    const server = host.postmaster()
    const all = [server, ...descendantsOf(server)]
    for (const pid of all) process.kill(pid, 'SIGKILL')
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
    expect(host.output).toMatch(/ERROR: .*embedded database ended/)
  })

  test('a host without its database still ends completely, with exit code 0', async () => {
    expect(await host.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(host.errors).toBe('')
    await vi.waitFor(() => expect(processesOn(dataDir.path)).toEqual([]), patience)
  })
})
