import type { AddServiceOptions } from '@seaworthy/fastify'
import { createDatabase, migrate, provisionTenancy, type Database } from '@seaworthy/postgres'
import type { Runtime } from 'seaworthy/core'
import type { Service } from 'seaworthy/service'
import type { Logger } from 'seaworthy/telemetry'
import { readMarketprepConfig, type ConfigSources } from './config.ts'
import { migrations, type MarketprepTables } from './data/index.ts'
import { keysOf, type Keys } from './keys.ts'
import { ensurePageBuilt } from './page-build.ts'
import { marketprepRoutes } from './routes/marketprep-routes.ts'
import { wireMarketprep } from './wire-marketprep.ts'

/** What MarketPrep needs from whoever runs it. */
export interface MarketprepOptions extends ConfigSources {
  /** The owner of the database, who may create schemas and roles. */
  readonly databaseUrl: string
  readonly secret: Uint8Array
  /** Where browsers reach the host, without a slash at the end: Square sends them back there. */
  readonly publicUrl: string
  readonly logger: Logger
  readonly runtime: Runtime
}

/** MarketPrep, ready to be started and added to an HTTP server. */
export interface Marketprep {
  readonly title: string
  readonly question: string
  readonly service: Service
  readonly http: Omit<AddServiceOptions, 'service' | 'prefix'>
}

const schema = 'marketprep'
/** A recommendation takes some ten short transactions one after the other; fifty at once must not turn each other away. */
const poolSize = { poolMax: 20, waitersMax: 400, connectionTimeout: '5s' } as const

/**
 * Makes MarketPrep: brings its schema up to date and wires its parts. Nothing runs before its service is started.
 *
 * @throws SeaworthyError ERR_MARKETPREP_CONFIGURATION and the errors of the database
 */
export async function createMarketprep(options: MarketprepOptions): Promise<Marketprep> {
  const config = readMarketprepConfig(options)
  const page = await ensurePageBuilt({ log: (line) => options.logger.info({ event: 'page' }, line) })
  const keys = keysOf(options.secret)
  const database = await openDatabase(options, keys)
  const parts = wireMarketprep({ ...options, config, database, keys })
  return Object.freeze({
    title: 'MarketPrep',
    question: 'What should I bring to the market on Saturday?',
    service: parts.service,
    http: {
      title: 'MarketPrep',
      description: 'What a market vendor should bring: from own sales, weather and events nearby.',
      tokens: parts.tokens,
      routes: marketprepRoutes({ ...parts, cursorKey: keys.cursors, pageDirectory: page.directory }),
    },
  })
}

async function openDatabase(
  { databaseUrl, runtime }: MarketprepOptions,
  { tenancy: key, appPassword }: Keys,
): Promise<Database<MarketprepTables>> {
  const { appUrl } = await provisionTenancy(databaseUrl, {
    schema,
    appRole: 'marketprep_app',
    appPassword,
    tenancyKey: key,
  })
  await migrate(databaseUrl, { schema, migrations })
  return createDatabase<MarketprepTables>({
    url: appUrl,
    name: 'marketprep',
    schema,
    tenancy: { schema, key },
    ...poolSize,
    runtime,
  })
}
