import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { signIn } from './api.ts'
import { freePort, HostProcess, patience, temporaryDataDir, type StartOptions } from './host-process.ts'
import { isAlive, processesOn } from './processes.ts'

const dataDir = temporaryDataDir()
const hosts: HostProcess[] = []

async function start(options?: StartOptions): Promise<HostProcess> {
  const host = new HostProcess(await freePort(), dataDir.path, options)
  hosts.push(host)
  return host
}

afterAll(async () => {
  await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()))
  dataDir[Symbol.dispose]()
})

async function nothingLeft(pids: readonly number[] = []): Promise<void> {
  await vi.waitFor(() => {
    expect(processesOn(dataDir.path)).toEqual([])
    expect(pids.filter(isAlive)).toEqual([])
  }, patience)
}

/** Moments of a first start, in their order: each start goes on where the one before was interrupted. */
const moments: readonly [string, (host: HostProcess) => boolean][] = [
  ['the cluster is being made', () => existsSync(join(dataDir.path, 'postgres/pgdata.draft'))],
  ['the database starts', () => existsSync(join(dataDir.path, 'postgres/pgdata/postmaster.pid'))],
  ['it listens and the demo vendor is being made', ({ output }) => output.includes('Making the demo vendor')],
]

describe.skipIf(process.platform !== 'linux')('life of the host', { timeout: 120_000 }, () => {
  test('host: a Ctrl-C before it has done anything leaves nothing', async () => {
    const host = await start()
    await vi.waitFor(() => expect(isAlive(host.pid)).toBe(true), patience)
    await host.stop('SIGINT')
    await nothingLeft()
  })

  test.each(moments)('host: a Ctrl-C while %s leaves nothing, exit code 0', async (_name, reached) => {
    const host = await start()
    await vi.waitFor(() => expect(reached(host), host.errors).toBe(true), patience)
    const pids = host.descendants()
    expect(await host.stop('SIGINT')).toEqual({ code: 0, signal: null })
    expect(host.errors).toBe('')
    await nothingLeft(pids)
  })

  test('host: the first start that goes through has a usable demo vendor; killed, its database ends too', async () => {
    const host = await start()
    await host.ready()
    const vendor = await signIn(host.url)
    const { body } = await vendor.ask('GET', '/products')
    expect((body as { items: unknown[] }).items.length).toBeGreaterThan(0)
    const pids = [host.postmaster(), ...host.descendants()]
    expect(pids.length).toBeGreaterThan(3)
    host.kill('SIGKILL')
    await nothingLeft(pids)
  })

  test('host: ready again within 8 s after a crash, with the data; SIGTERM ends all of it', async () => {
    const host = await start()
    expect(await host.ready()).toBeLessThan(8_000)
    const { body } = await (await signIn(host.url)).ask('GET', '/products')
    expect((body as { items: unknown[] }).items.length).toBeGreaterThan(0)
    const pids = [host.postmaster(), ...host.descendants()]
    expect(await host.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(host.errors).toBe('')
    await nothingLeft(pids)
  })

  test('host: a Ctrl-C that arrives twice is one', async () => {
    const host = await start()
    await host.ready()
    const pids = [host.postmaster(), ...host.descendants()]
    host.kill('SIGINT')
    host.kill('SIGINT')
    expect(await host.ended).toEqual({ code: 0, signal: null })
    await nothingLeft(pids)
  })

  test('bootstrap: a Ctrl-C to the whole process group ends everything with exit code 0', async () => {
    const host = await start({ bootstrap: true })
    await host.ready()
    const pids = [host.postmaster(), ...host.descendants()]
    expect(await host.stop('SIGINT')).toEqual({ code: 0, signal: null })
    expect(host.output).toContain('"complete":true')
    await nothingLeft(pids)
  })
})
