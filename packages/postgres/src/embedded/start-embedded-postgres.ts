import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { resolve as resolvePath } from 'node:path'
import {
  callable,
  defineOptions,
  duration,
  integer,
  matching,
  systemClock,
  text,
  type Clock,
  type Duration,
} from 'seaworthy/core'
import { postgresError } from '../postgres-errors.ts'
import { findBinaries } from './binaries.ts'
import { ensureCluster, superuser } from './cluster.ts'
import { lockFolder } from './folder-lock.ts'
import { stopLeftover } from './leftover.ts'
import { Postmaster } from './postmaster.ts'
import { chooseSite } from './site.ts'
import { Supervisor } from './supervisor.ts'

export interface EmbeddedPostgresOptions {
  /** The folder for the cluster, its password and its lock. Created when absent. */
  readonly dataDir: string
  /** The port on 127.0.0.1; 0 (the default) takes a free one. */
  readonly port?: number
  /**
   * Receives each line that the server writes, and what becomes of the server: those lines begin with
   * `the embedded database`.
   */
  readonly log?: (line: string) => void
  /** Told once when the server ended and cannot be started again. Default: nobody. */
  readonly onLost?: (error: Error) => void
  /** The clock of the limits; by default the machine's. */
  readonly clock?: Clock
  /** How long the server may take until it is ready, recovery after a crash included. Default 60 s. */
  readonly startTimeout?: Duration
  /** How long a stop may take until force is used. Default 20 s. */
  readonly stopTimeout?: Duration
  /** Where data and programs go when PostgreSQL's user cannot enter their folders. Default `/var/lib/seaworthy`. */
  readonly fallbackDir?: string
}

export const embeddedPostgresDefaults = {
  port: 0,
  log: (_line: string): void => undefined,
  onLost: (_error: Error): void => undefined,
  clock: systemClock,
  startTimeout: '60s',
  stopTimeout: '20s',
  fallbackDir: '/var/lib/seaworthy',
} as const

const resolveEmbeddedPostgresOptions = defineOptions('embedded database', embeddedPostgresDefaults, {
  dataDir: text(4_000),
  port: integer(0, 65_535),
  log: callable<(line: string) => void>(),
  onLost: callable<(error: Error) => void>(),
  clock: matching('a clock', isClock),
  startTimeout: duration('1s', '1h'),
  stopTimeout: duration('1s', '10m'),
  fallbackDir: text(4_000),
})

/** A PostgreSQL server that runs as long as its owner wants. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** The address of the superuser, with the password. Never log it. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** Where the data is: the data folder, or the one that the notice tells of. */
  readonly folder: string
  /** What an operator should be told at start: where the data is when it is not in the data folder. */
  readonly notice: string | undefined
  /** Stops the server and gives the folder back. Data stays. Repeated calls return the same promise. */
  stop(): Promise<void>
}

const host = '127.0.0.1'
const portAttempts = 3

/**
 * Starts the PostgreSQL server of a data folder, listening on 127.0.0.1 only, and waits until it is ready. The first
 * start makes the cluster: checksums, UTF-8, passwords by SCRAM. As root, which PostgreSQL refuses, it runs as the
 * user `postgres` or `nobody`.
 *
 * A server that ends without being asked to is started again on the same port: at most 8 times in a row with growing
 * waits, then `onLost` is told.
 *
 * The server survives a Ctrl-C in the terminal, so that a service can drain before it calls `stop()`. When this
 * process dies without stopping it, a watchdog does; what is left after all is stopped by the next start.
 *
 * @throws SeaworthyError ERR_DATABASE_IN_USE when another live process uses the folder
 * @throws SeaworthyError ERR_DATABASE_START when it cannot be prepared or does not become ready
 * @throws SeaworthyError ERR_EMBEDDED_UNSUPPORTED when there are no programs for this machine
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const settings = resolveEmbeddedPostgresOptions(options)
  const dataDir = resolvePath(settings.dataDir)
  await mkdir(dataDir, { recursive: true })
  const lock = await lockFolder(dataDir)
  try {
    const binaries = await findBinaries()
    const site = await chooseSite({ dataDir, fallbackDir: settings.fallbackDir, binaries })
    await stopLeftover(site)
    const password = await ensureCluster(site)
    const { clock, log, onLost, startTimeout: startTimeoutMs, stopTimeout: stopTimeoutMs } = settings
    const start = (chosen: number, signal?: AbortSignal): Promise<Postmaster> =>
      Postmaster.start(site, { port: chosen, clock, log, startTimeoutMs, stopTimeoutMs, signal })
    const { port, postmaster } = await launch(settings.port, start)
    const restart = (signal: AbortSignal): Promise<Postmaster> => start(port, signal)
    const supervisor = new Supervisor(postmaster, { restart, clock, log, onLost })
    const stop = once(() => supervisor.stop().then(() => lock.release()))
    const url = `postgres://${superuser}:${encodeURIComponent(password)}@${host}:${port}/postgres`
    const { folder, notice } = site
    return Object.freeze({ url, host, port, folder, notice, stop, [Symbol.asyncDispose]: stop })
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Between finding a free port and using it another process may take it: then the next one is tried. */
async function launch(
  wanted: number,
  start: (port: number) => Promise<Postmaster>,
): Promise<{ port: number; postmaster: Postmaster }> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted === 0 ? await freePort() : wanted
    try {
      return { port, postmaster: await start(port) }
    } catch (error) {
      const portTaken = String(error).includes('could not bind')
      if (wanted !== 0 || !portTaken || attempt >= portAttempts) throw error
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, host, () => {
      const address = server.address()
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port)
        else
          reject(postgresError('ERR_DATABASE_START', 'Cannot start the embedded database: no port is free'))
      })
    })
  })
}

function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined
  return () => (result ??= work())
}

function isClock(value: unknown): value is Clock {
  return typeof value === 'object' && value !== null && 'schedule' in value && 'now' in value
}
