import {
  choiceOf,
  folderOf,
  hostOf,
  millisecondsOf,
  portOf,
  textOf,
  urlOf,
  type Environment,
} from './environment.ts'
import { hostError } from './host-errors.ts'
import { systemNames, type SystemName } from './systems.ts'

/** What the host is told from outside, checked. */
export interface Configuration {
  readonly mode: 'development' | 'production'
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** The external database; undefined for the embedded one. */
  readonly databaseUrl: string | undefined
  readonly logLevel: 'info' | 'trace' | 'debug' | 'warn' | 'error' | 'fatal'
  /** The secret that every key is derived from; undefined for one kept in the data folder. */
  readonly secret: string | undefined
  /** Where browsers reach the host: the base of addresses handed to other services. */
  readonly publicUrl: string | undefined
  /** How long readiness is off before connections are refused, for a balancer to notice. */
  readonly settleMs: number
  /** How long requests under way may take to end after a signal. */
  readonly graceMs: number
  readonly systems: readonly SystemName[]
  /** The addresses of real outside services by name; undefined for one that is simulated in development. */
  readonly services: Readonly<Record<string, string | undefined>>
  readonly env: Environment
}

/** The variables that hold the addresses of real services. */
const serviceVariables = {
  square: 'SQUARE_URL',
  'open-meteo': 'OPEN_METEO_URL',
  events: 'EVENTS_URL',
} as const

const web = ['https:', 'http:'] as const

/**
 * Reads the configuration.
 *
 * @param args names of systems to run; none means all
 * @throws SeaworthyError ERR_BAD_CONFIGURATION
 */
export function readConfiguration(env: Environment, args: readonly string[]): Configuration {
  const mode = choiceOf(env, 'NODE_ENV', ['development', 'production'])
  choiceOf(env, 'DEMO', ['on', 'off'])
  const secret = textOf(env, 'SEAWORTHY_SECRET')
  if (mode === 'production' && secret === undefined) {
    throw hostError(
      'ERR_BAD_CONFIGURATION',
      'Cannot start: SEAWORTHY_SECRET must be set in production, to at least 32 random bytes (openssl rand -base64 32), received nothing',
      { details: { variable: 'SEAWORTHY_SECRET' } },
    )
  }
  return Object.freeze({
    mode,
    host: hostOf(env, 'HOST', '127.0.0.1'),
    port: portOf(env, 'PORT', 4000),
    dataDir: folderOf(env, 'DATA_DIR', '.data'),
    databaseUrl: urlOf(env, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    logLevel: choiceOf(env, 'LOG_LEVEL', ['info', 'trace', 'debug', 'warn', 'error', 'fatal']),
    secret,
    publicUrl: urlOf(env, 'PUBLIC_URL', web),
    settleMs: millisecondsOf(env, 'DRAIN_SETTLE_MS', {
      // Without a balancer, callers on open connections still need to hear that theirs closes.
      fallback: mode === 'production' ? 5_000 : 250,
      max: 600_000,
    }),
    graceMs: millisecondsOf(env, 'DRAIN_GRACE_MS', { fallback: 10_000, max: 600_000 }),
    systems: readSystems(args),
    services: readServices(env),
    env,
  })
}

function readServices(env: Environment): Configuration['services'] {
  const named = Object.entries(serviceVariables)
  return Object.freeze(Object.fromEntries(named.map(([name, variable]) => [name, urlOf(env, variable, web)])))
}

function readSystems(args: readonly string[]): readonly SystemName[] {
  if (args.length === 0) return systemNames
  const unknown = args.find((name) => !systemNames.some((known) => known === name))
  if (unknown === undefined) return systemNames.filter((name) => args.includes(name))
  throw hostError(
    'ERR_BAD_CONFIGURATION',
    `Cannot start: the argument must be the name of a system (${systemNames.join(', ')}), received ${JSON.stringify(unknown)}`,
    { details: { argument: unknown, allowed: systemNames } },
  )
}
