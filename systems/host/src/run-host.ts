import { join } from 'node:path'
import {
  addHealth,
  addMetrics,
  addService,
  createHttpLogger,
  createHttpServer,
  drain,
  type HttpServer,
} from '@seaworthy/fastify'
import type { Runtime } from 'seaworthy/core'
import { createRedactor, loadMasterSecret } from 'seaworthy/security'
import type { Service } from 'seaworthy/service'
import { createMetrics, logChannels, observeChannels, processMetrics, type Logger } from 'seaworthy/telemetry'
import type { Configuration } from './configuration.ts'
import { ensureDataFolder } from './data-folder.ts'
import { homeRoute } from './home-route.ts'
import { explainListening, checkAddress } from './listening.ts'
import { openDatabase, openSimulators } from './outside.ts'
import { createSystem, type System } from './systems.ts'

/** The systems, running on one port. */
export interface RunningHost {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string
  readonly simulatorsUrl: string | undefined
  readonly server: HttpServer
  readonly systems: readonly System[]
  /** Resolves when every system has started; rejects when one cannot. */
  readonly started: Promise<void>
  /** Drains, stops everything that was started, last first. False when something was cut off. */
  stop(): Promise<boolean>
}

export interface RunHostOptions {
  readonly configuration: Configuration
  readonly runtime: Runtime
  /** Ends a start that is not over yet. */
  readonly signal: AbortSignal
  /** Told when the embedded database ended and cannot be started again: the host is of no use any more. */
  readonly onDatabaseLost: (error: Error) => void
}

/**
 * Starts what the systems stand on, makes the systems and listens. The systems themselves then start behind the open
 * port, so that probes are answered from the first moment.
 */
export async function runHost(options: RunHostOptions): Promise<RunningHost> {
  const { runtime, signal, onDatabaseLost } = options
  await using starting = new AsyncDisposableStack()
  const log = logOf(options.configuration, runtime)
  // Addresses handed to other services hold the port, so it is known before anything else.
  const configuration = { ...options.configuration, port: await checkAddress(options.configuration) }
  const secret = secretOf(configuration)
  const { value: database } = starting.use(
    await openDatabase(configuration, {
      logger: log.logger,
      clock: runtime.clock,
      onLost: onDatabaseLost,
    }),
  )
  signal.throwIfAborted()
  const { value: simulators } = starting.use(await openSimulators(configuration, runtime))
  signal.throwIfAborted()
  const metrics = createMetrics()
  starting.use(observeChannels(metrics))
  starting.use(processMetrics(metrics, runtime.clock))
  starting.use(logChannels(log.logger, runtime.clock))
  const server = await createHttpServer({
    name: 'seaworthy',
    development: configuration.mode === 'development',
    metrics,
    log: { level: configuration.logLevel, redactor: log.redactor },
    rateLimit: rateLimits,
    clock: runtime.clock,
  })
  starting.defer(() => server.close())
  const systems: System[] = []
  for (const name of configuration.systems) {
    const system = await createSystem(name, {
      mode: configuration.mode,
      databaseUrl: database.url,
      secret,
      env: configuration.env,
      simulated: (service) => simulators.baseUrl(service),
      publicUrl: configuration.publicUrl ?? baseUrl(configuration),
      logger: log.logger,
      metrics,
      runtime,
    })
    // Here and not only in the drain: when a later step fails, what was made is stopped all the same.
    starting.defer(() => system.service.stop())
    systems.push(system)
    signal.throwIfAborted()
  }
  const services = await addSystems(server, systems)
  await listen(server, configuration)
  signal.throwIfAborted()
  const started = Promise.all(services.map((service) => service.start())).then(() => undefined)
  // A stop during the start leaves nobody who waits for it.
  started.catch(() => undefined)
  const outside = starting.move()
  return {
    url: baseUrl(configuration),
    simulatorsUrl: simulators.url,
    server,
    systems,
    started,
    async stop() {
      const { settleMs: settle, graceMs } = configuration
      // The grace is for requests under way, so the settling comes on top of it.
      const grace = settle + Math.max(graceMs, 10)
      const report = await drain(server, services, { settle, grace, clock: runtime.clock })
      await outside.disposeAsync()
      return report.complete
    },
  }
}

async function addSystems(server: HttpServer, systems: readonly System[]): Promise<readonly Service[]> {
  for (const { service, http } of systems) {
    await addService(server, { service, prefix: `/${service.name}`, ...http })
  }
  const services = systems.map((system) => system.service)
  addHealth(server, services)
  addMetrics(server)
  homeRoute(server, systems)
  return services
}

/** The secret that all keys are derived from. The data folder is made only when something is kept in it. */
function secretOf({ env, dataDir, secret, databaseUrl }: Configuration): Uint8Array {
  if (secret === undefined || databaseUrl === undefined) ensureDataFolder(dataDir)
  return loadMasterSecret({ env, file: join(dataDir, 'secret') })
}

/** Signing in is limited more than the rest, so that guessing passwords is slow; an import is large. */
const rateLimits = {
  default: { quota: 1_200, window: '1m', burst: 300 },
  policies: {
    'sign-in': { quota: 20, window: '1m', burst: 10 },
    import: { quota: 20, window: '1m', burst: 10 },
  },
} as const

function logOf(
  { logLevel, mode }: Configuration,
  { clock }: Runtime,
): { readonly logger: Logger; readonly redactor: ReturnType<typeof createRedactor> } {
  const redactor = createRedactor()
  const logger = createHttpLogger({
    service: 'seaworthy',
    level: logLevel,
    redactor,
    clock,
    readable: mode === 'development',
  })
  return { logger, redactor }
}

async function listen(server: HttpServer, { host, port }: Configuration): Promise<void> {
  try {
    await server.listen({ host, port })
  } catch (cause) {
    throw explainListening(cause, { host, port })
  }
}

function baseUrl({ host, port }: Pick<Configuration, 'host' | 'port'>): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
