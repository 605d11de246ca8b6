import { configError } from './config-errors.ts'

/** Where MarketPrep finds its outside services. */
export interface MarketprepConfig {
  readonly square: {
    readonly baseUrl: string
    readonly applicationId: string
    readonly applicationSecret: string
  }
  readonly openMeteo: {
    readonly forecastBaseUrl: string
    readonly archiveBaseUrl: string
    readonly geocodingBaseUrl: string
  }
  readonly eventsBaseUrl: string
  /** Whether the demo vendor is there. */
  readonly demo: boolean
  /** Whether requests may ask for faults. */
  readonly faultRequests: boolean
}

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly mode: 'development' | 'production'
  readonly simulated: (name: string) => string | undefined
}

/**
 * Reads the configuration. A service that is simulated needs no variable; every other one does.
 *
 * @throws SeaworthyError ERR_MARKETPREP_CONFIGURATION
 */
export function readMarketprepConfig({ env, mode, simulated }: ConfigSources): MarketprepConfig {
  const squareSimulated = simulated('square')
  const openMeteo = simulated('open-meteo') ?? textOf(env, 'OPEN_METEO_URL')
  return Object.freeze({
    square: {
      baseUrl: squareSimulated ?? addressOf(env, 'SQUARE_URL', 'https://connect.squareup.com'),
      applicationId: idOf(env, 'SQUARE_APPLICATION_ID', squareSimulated && 'sandbox-sq0idb-seaworthy'),
      applicationSecret: idOf(
        env,
        'SQUARE_APPLICATION_SECRET',
        squareSimulated && 'sandbox-sq0csb-seaworthy',
      ),
    },
    openMeteo: {
      forecastBaseUrl: checked('OPEN_METEO_URL', openMeteo ?? 'https://api.open-meteo.com'),
      archiveBaseUrl: checked('OPEN_METEO_URL', openMeteo ?? 'https://archive-api.open-meteo.com'),
      geocodingBaseUrl: checked('OPEN_METEO_URL', openMeteo ?? 'https://geocoding-api.open-meteo.com'),
    },
    eventsBaseUrl: simulated('events') ?? addressOf(env, 'EVENTS_URL', undefined),
    demo: isDemoWanted(env) && squareSimulated !== undefined && mode === 'development',
    faultRequests: mode === 'development',
  })
}

function textOf(env: ConfigSources['env'], name: string): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}

function addressOf(env: ConfigSources['env'], name: string, fallback: string | undefined): string {
  const value = textOf(env, name) ?? fallback
  if (value === undefined) throw missing(name, 'the address of the service')
  return checked(name, value)
}

function isDemoWanted(env: ConfigSources['env']): boolean {
  const value = textOf(env, 'DEMO') ?? 'on'
  if (value === 'on' || value === 'off') return value === 'on'
  throw refused('DEMO', `"on" or "off", received ${JSON.stringify(value)}`)
}

function checked(name: string, value: string): string {
  const url = URL.parse(value)
  // The address may hold the password, so it is not repeated.
  if (url !== null && url.username + url.password !== '')
    throw refused(name, 'an address without credentials')
  if (url !== null && /^https?:$/.test(url.protocol)) return value.replace(/\/+$/, '')
  throw refused(name, `an address that starts with https:// or http://, received ${JSON.stringify(value)}`)
}

/** A simulated service takes the values of its own application. */
function idOf(env: ConfigSources['env'], name: string, simulated: string | undefined): string {
  const value = textOf(env, name) ?? simulated
  if (value !== undefined) return value
  throw missing(name, "the application's value from Square's developer console")
}

function missing(name: string, allowed: string): Error {
  return refused(name, `set to ${allowed}, received nothing`)
}

function refused(variable: string, rule: string): Error {
  return configError('ERR_MARKETPREP_CONFIGURATION', `Cannot start marketprep: ${variable} must be ${rule}`, {
    details: { variable },
  })
}
