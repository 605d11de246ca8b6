import { join } from 'node:path'
import { connectOrExplain, startEmbeddedPostgres } from '@seaworthy/postgres'
import { startSimulators } from '@seaworthy/simulators'
import type { Runtime } from 'seaworthy/core'
import type { Logger } from 'seaworthy/telemetry'
import type { Configuration } from './configuration.ts'
import { textOf } from './environment.ts'

/** Something the host started, or found running, outside of itself. */
export interface Outside<T> extends AsyncDisposable {
  readonly value: T
}

/** The database: the external one when an address is given, else an embedded server whose data stays in the data folder. */
export async function openDatabase(
  { databaseUrl, dataDir }: Configuration,
  logger: Logger,
  { clock }: Runtime,
): Promise<Outside<{ readonly url: string }>> {
  if (databaseUrl !== undefined) {
    await connectOrExplain(databaseUrl)
    return { value: { url: databaseUrl }, [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const server = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'postgres'),
    clock,
    log: (line) => logger.debug({ event: 'postgres' }, line),
  })
  if (server.notice !== undefined) logger.warn({ event: 'postgres' }, server.notice)
  return { value: { url: server.url }, [Symbol.asyncDispose]: () => server.stop() }
}

/** The variables that point to real services: a service whose variable is set is not simulated. */
const realServices: Readonly<Record<string, string>> = {
  square: 'SQUARE_URL',
  'open-meteo': 'OPEN_METEO_URL',
  events: 'EVENTS_URL',
}

/** Stand-ins of outside services on their own port, for those that no variable points to; none in production. */
export async function openSimulators(
  { env, mode }: Configuration,
  port: number,
  runtime: Runtime,
): Promise<Outside<{ readonly url: string | undefined; baseUrl(name: string): string | undefined }>> {
  const wanted = Object.keys(realServices).filter(
    (name) => textOf(env, realServices[name] ?? '') === undefined,
  )
  if (mode === 'production' || wanted.length === 0) {
    return {
      value: { url: undefined, baseUrl: () => undefined },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
  }
  const simulators = await startSimulators({ port, ...runtime, seed: 1 })
  const baseUrl = (name: string): string | undefined =>
    wanted.includes(name) ? `${simulators.url}/${name}` : undefined
  return { value: { url: simulators.url, baseUrl }, [Symbol.asyncDispose]: () => simulators.stop() }
}
