import { join } from 'node:path'
import { connectOrExplain, startEmbeddedPostgres } from '@seaworthy/postgres'
import { startSimulators, type Simulators } from '@seaworthy/simulators'
import { errorCode, isSeaworthyError, type Runtime } from 'seaworthy/core'
import type { Logger } from 'seaworthy/telemetry'
import type { Configuration } from './configuration.ts'
import { hostError } from './host-errors.ts'

/** Something the host started, or found running, outside of itself. */
export interface Outside<T> extends AsyncDisposable {
  readonly value: T
}

export interface DatabaseSetting extends Pick<Runtime, 'clock'> {
  readonly logger: Logger
  /** Told when the embedded server ended and cannot be started again. */
  readonly onLost: (error: Error) => void
}

/** The database: the external one when an address is given, else an embedded server whose data stays in the data folder. */
export async function openDatabase(
  { databaseUrl, dataDir }: Configuration,
  { logger, clock, onLost }: DatabaseSetting,
): Promise<Outside<{ readonly url: string }>> {
  if (databaseUrl !== undefined) {
    await checkDatabase(databaseUrl)
    return { value: { url: databaseUrl }, [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const server = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'postgres'),
    clock,
    onLost,
    log: (line) => logger[levelOf(line)]({ event: 'postgres' }, line),
  })
  if (server.notice !== undefined) logger.warn({ event: 'postgres' }, server.notice)
  return { value: { url: server.url }, [Symbol.asyncDispose]: () => server.stop() }
}

async function checkDatabase(url: string): Promise<void> {
  try {
    // Half of it is for the connection; a wrong address is to be told within 5 s, the loading of modules included.
    await connectOrExplain(url, { timeout: '3s' })
  } catch (cause) {
    if (isSeaworthyError(cause)) throw cause
    throw hostError(
      'ERR_BAD_CONFIGURATION',
      `Cannot start: DATABASE_URL must be an address with parameters that hold, received ${errorCode(cause) ?? 'what the driver refuses'}; correct what follows the "?"`,
      { cause, details: { variable: 'DATABASE_URL' } },
    )
  }
}

/** What an operator must see. The other lines of the server may hold values of rows. */
function levelOf(line: string): 'error' | 'warn' | 'debug' {
  if (/\bPANIC:|ended without being asked to|terminated by signal/.test(line)) return 'error'
  return line.startsWith('the embedded database ') ? 'warn' : 'debug'
}

/** Stand-ins of outside services on their own port, for those that no variable points to; none in production. */
export async function openSimulators(
  { services, mode, port }: Configuration,
  runtime: Runtime,
): Promise<Outside<{ readonly url: string | undefined; baseUrl(name: string): string | undefined }>> {
  const wanted = Object.keys(services).filter((name) => services[name] === undefined)
  if (mode === 'production' || wanted.length === 0) {
    return {
      value: { url: undefined, baseUrl: () => undefined },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
  }
  const simulators = await startBeside(port, runtime)
  const baseUrl = (name: string): string | undefined =>
    wanted.includes(name) ? `${simulators.url}/${name}` : undefined
  return { value: { url: simulators.url, baseUrl }, [Symbol.asyncDispose]: () => simulators.stop() }
}

/** On the port after the host's; on any free one when that is taken. */
async function startBeside(port: number, runtime: Runtime): Promise<Simulators> {
  const beside = port === 0 || port === 65_535 ? 0 : port + 1
  try {
    return await startSimulators({ port: beside, ...runtime, seed: 1 })
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error
    return startSimulators({ port: 0, ...runtime, seed: 1 })
  }
}
