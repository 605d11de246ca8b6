import { createHash } from 'node:crypto'
import { chmod, chown, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { canUse, parseAccounts, unprivilegedAccount } from '../src/embedded/account.ts'
import { findBinaries, linkLibraries } from '../src/embedded/binaries.ts'
import { runProgram } from '../src/embedded/run-program.ts'
import { chooseSite } from '../src/embedded/site.ts'
import { connectOrExplain, startEmbeddedPostgres } from '../src/index.ts'
import { processesWith, spawnServer, startServerProcess } from './server-process.ts'
import { openFolder, removeFolder, runSql } from './support.ts'

const isRoot = process.getuid?.() === 0
const isLinux = process.platform === 'linux'
vi.setConfig({ testTimeout: 60_000 })
let folder: string
let dataDir: string

beforeEach(async () => {
  folder = await openFolder()
  dataDir = join(folder, 'data')
})

afterEach(async () => {
  await removeFolder(folder)
})

const patience = { timeout: 15_000, interval: 50 }

/** Postgres and watchdog processes of the data folder. */
function serversOf(path: string): Promise<readonly { pid: number; command: string }[]> {
  return processesWith(join(path, 'pgdata'))
}

test('embedded: restart keeps the data, stop leaves no process and no lock', async () => {
  const first = await startEmbeddedPostgres({ dataDir })
  await runSql(first.url, `CREATE TABLE kept AS SELECT 'here' AS word`)
  expect(first.notice).toBeUndefined()
  await Promise.all([first.stop(), first.stop()])
  if (isLinux) expect(await serversOf(dataDir)).toEqual([])
  await expect(connectOrExplain(first.url)).rejects.toMatchObject({ code: 'ERR_DATABASE_UNREACHABLE' })

  await using second = await startEmbeddedPostgres({ dataDir })
  expect(await runSql(second.url, 'SELECT * FROM kept')).toEqual([{ word: 'here' }])
  const rows = await runSql(
    second.url,
    `SELECT current_setting('data_checksums') AS checksums, current_setting('server_encoding') AS encoding,
            current_setting('listen_addresses') AS listens, current_setting('password_encryption') AS passwords`,
  )
  expect(rows).toEqual([
    { checksums: 'on', encoding: 'UTF8', listens: '127.0.0.1', passwords: 'scram-sha-256' },
  ])
  expect((await stat(join(dataDir, 'superuser-password'))).mode & 0o777).toBe(0o600)
})

test('embedded: no password, no entry', async () => {
  await using server = await startEmbeddedPostgres({ dataDir })
  const url = new URL(server.url)
  url.password = 'wrong'
  await expect(connectOrExplain(url.href)).rejects.toMatchObject({ code: 'ERR_DATABASE_CREDENTIALS' })
})

test('embedded: a folder in use is refused, in this process and from another one', async () => {
  await using _server = await startEmbeddedPostgres({ dataDir })
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'ERR_DATABASE_IN_USE',
    details: { pid: process.pid },
  })
  const other = await spawnServer(dataDir)
  expect(other.first.error).toContain(`process ${process.pid} uses it`)
})

test('embedded: a failed start says why and gives the folder back', async () => {
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'other') })
  const taken = startEmbeddedPostgres({ dataDir, port: server.port })
  await expect(taken).rejects.toMatchObject({
    code: 'ERR_DATABASE_START',
    message: expect.stringContaining('could not bind'),
  })
  await server.stop()
  const again = await startEmbeddedPostgres({ dataDir })
  await again.stop()
})

test('embedded: a cluster half made by a crash is made anew', async () => {
  await mkdir(join(dataDir, 'pgdata.draft'), { recursive: true })
  await writeFile(join(dataDir, 'pgdata.draft', 'rest'), '')
  await using server = await startEmbeddedPostgres({ dataDir })
  expect(await runSql(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
})

test('embedded: a stale lock and a stale server file of a number that lives again do no harm', async () => {
  const first = await startEmbeddedPostgres({ dataDir })
  await first.stop()
  await writeFile(join(dataDir, 'seaworthy.lock'), JSON.stringify({ pid: process.pid, identity: 'earlier' }))
  await writeFile(
    join(dataDir, 'pgdata', 'postmaster.pid'),
    `${process.pid}\n${dataDir}/pgdata\n0\n5432\n\n\n`,
  )
  await using second = await startEmbeddedPostgres({ dataDir })
  expect(await runSql(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
})

test.runIf(isLinux)(
  'embedded: a killed server is started again on its port with what was committed',
  async () => {
    const lines: string[] = []
    await using server = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) })
    await runSql(server.url, `CREATE TABLE kept AS SELECT 'here' AS word`)
    for (const round of [1, 2]) {
      const pid = Number((await readFile(join(dataDir, 'pgdata', 'postmaster.pid'), 'utf8')).split('\n')[0])
      process.kill(pid, 'SIGKILL')
      await vi.waitFor(
        () => expect(lines.filter((line) => line.includes('runs again'))).toHaveLength(round),
        patience,
      )
      expect(await runSql(server.url, 'SELECT * FROM kept')).toEqual([{ word: 'here' }])
    }
    expect(lines).toContain('the embedded database ended without being asked to')
    expect((await serversOf(dataDir)).filter(({ command }) => command.includes('watchdog'))).toHaveLength(1)
    await server.stop()
    expect(await serversOf(dataDir)).toEqual([])
  },
)

test.runIf(isLinux)('embedded: a stop while the server is started again leaves nothing running', async () => {
  const lines: string[] = []
  const server = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) })
  const pid = Number((await readFile(join(dataDir, 'pgdata', 'postmaster.pid'), 'utf8')).split('\n')[0])
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(lines.join()).toContain('started again, attempt 1'), patience)
  await server.stop()
  expect(await serversOf(dataDir)).toEqual([])
})

describe.runIf(isLinux)('embedded: when the process that runs it is killed', () => {
  test('the watchdog stops the server', async () => {
    const owner = await spawnServer(dataDir)
    expect((await serversOf(dataDir)).length).toBeGreaterThan(0)
    await owner.kill()
    await vi.waitFor(async () => expect(await serversOf(dataDir)).toEqual([]), patience)
  })

  test('the watchdog stops the server that is not ready yet, too', async () => {
    const first = await startEmbeddedPostgres({ dataDir })
    await first.stop()
    const owner = startServerProcess(dataDir)
    await vi.waitFor(
      async () =>
        expect((await serversOf(dataDir)).some(({ command }) => command.includes('watchdog'))).toBe(true),
      { timeout: 15_000, interval: 1 },
    )
    await owner.kill()
    await vi.waitFor(async () => expect(await serversOf(dataDir)).toEqual([]), patience)
  })

  test('a server left without a watchdog is stopped by the next start, and what was committed is there', async () => {
    const owner = await spawnServer(dataDir)
    await runSql(owner.first.url ?? '', `CREATE TABLE kept AS SELECT 'here' AS word`)
    for (const { pid, command } of await serversOf(dataDir)) {
      if (command.includes('seaworthy-watchdog')) process.kill(pid, 'SIGKILL')
    }
    await owner.kill()
    const left = (await serversOf(dataDir)).filter(({ command }) => command.includes('bin/postgres'))
    expect(left).toHaveLength(1)
    await using next = await startEmbeddedPostgres({ dataDir })
    expect(await runSql(next.url, 'SELECT * FROM kept')).toEqual([{ word: 'here' }])
    const now = await serversOf(dataDir)
    expect(now.map(({ pid }) => pid)).not.toContain(left[0]?.pid)
  })

  test('or ends without stopping it, nothing keeps it alive and the server goes too', async () => {
    const owner = await spawnServer(dataDir, { mode: 'forget' })
    await owner.ended
    await vi.waitFor(async () => expect(await serversOf(dataDir)).toEqual([]), patience)
  })

  test('a Ctrl-C to its process group does not reach the server', async () => {
    const owner = await spawnServer(dataDir)
    process.kill(-Number(owner.child.pid), 'SIGINT')
    expect(await runSql(owner.first.url ?? '', 'SELECT 1 AS n')).toEqual([{ n: 1 }])
    await owner.stop()
    expect(await serversOf(dataDir)).toEqual([])
  })
})

describe.runIf(isRoot && isLinux)('embedded: as root', () => {
  test('from a folder only root may enter: the data goes to a refuge, said in the notice, and is there again', async () => {
    const fallbackDir = join(folder, 'refuge')
    const closed = join(folder, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const options = { dataDir: join(closed, 'data'), fallbackDir }
    const first = await startEmbeddedPostgres(options)
    await runSql(first.url, `CREATE TABLE kept AS SELECT 'here' AS word`)
    expect(first.notice).toContain(first.folder)
    expect(first.folder).toContain(fallbackDir)
    expect(await readFile(join(first.folder, 'origin'), 'utf8')).toBe(`${options.dataDir}\n`)
    await first.stop()
    await chmod(closed, 0o755)
    await using second = await startEmbeddedPostgres(options)
    expect(await runSql(second.url, 'SELECT * FROM kept')).toEqual([{ word: 'here' }])
  })

  test('with programs in a folder only root may enter: a copy that its user can run', async () => {
    const { root, version } = await findBinaries()
    const closed = join(folder, 'closed')
    await mkdir(closed, { mode: 0o700 })
    await cp(root, join(closed, 'native'), {
      recursive: true,
      filter: (path) => !/\.so(?:\.\d+)?$/.test(path) || !path.includes('libpq'),
    })
    const site = await chooseSite({
      dataDir: folder,
      fallbackDir: join(folder, 'refuge'),
      binaries: { root: join(closed, 'native'), version },
    })
    expect(site).toMatchObject({ folder, notice: expect.stringContaining('a copy of its programs') })
    expect(site.programs).toContain(
      join(folder, 'refuge', createHash('sha256').update(folder).digest('hex').slice(0, 12)),
    )
    const { exitCode, output } = await runProgram(site, 'initdb', ['--version'])
    expect([exitCode, output]).toEqual([0, expect.stringContaining('PostgreSQL')])
    expect(await stat(join(site.programs, 'lib', 'libpq.so.5'))).toBeDefined()
  })

  test('a cluster that became unreachable is an error and not an empty database', async () => {
    const closed = join(folder, 'closed')
    await mkdir(closed, { mode: 0o755 })
    const options = { dataDir: join(closed, 'data'), fallbackDir: join(folder, 'refuge') }
    const first = await startEmbeddedPostgres(options)
    await first.stop()
    await chmod(closed, 0o700)
    await expect(startEmbeddedPostgres(options)).rejects.toMatchObject({
      code: 'ERR_DATABASE_START',
      message: expect.stringContaining('must be able to enter'),
    })
  })

  test('the same works for an ordinary user', async ({ skip }) => {
    const account = await unprivilegedAccount()
    if (account === undefined) throw new Error('root has an unprivileged account')
    skip(
      !(await canUse(account, import.meta.dirname)),
      'an ordinary user must be able to enter this checkout',
    )
    await mkdir(dataDir)
    await chown(dataDir, account.uid, account.gid)
    const owner = await spawnServer(dataDir, { uid: account.uid, gid: account.gid })
    expect(owner.first).toMatchObject({ url: expect.any(String), notice: null })
    expect((await stat(join(dataDir, 'pgdata'))).uid).toBe(account.uid)
    await owner.stop()
    expect(await serversOf(dataDir)).toEqual([])
  })
})

test('linkLibraries: makes the links that are missing and keeps those that are there', async () => {
  const root = join(folder, 'native')
  await mkdir(join(root, 'lib'), { recursive: true })
  await writeFile(join(root, 'lib', 'libx.so.5.18'), 'code')
  const links = [
    { source: 'native/lib/libx.so.5.18', target: 'native/lib/libx.so' },
    { source: 'native/lib/libx.so.5.18', target: 'native/lib/libx.so.5' },
  ]
  await writeFile(join(root, 'pg-symlinks.json'), JSON.stringify(links))
  await linkLibraries(root)
  await rm(join(root, 'lib', 'libx.so.5'))
  await linkLibraries(root)
  expect(await readFile(join(root, 'lib', 'libx.so.5'), 'utf8')).toBe('code')
})

test('parseAccounts: reads users and leaves root and nonsense out', () => {
  const accounts = parseAccounts(
    'root:x:0:0:root:/root:/bin/sh\n\nbroken\npostgres:x:101:104::/var/lib:/bin/sh\n',
  )
  expect([...accounts.values()]).toEqual([{ name: 'postgres', uid: 101, gid: 104 }])
})
