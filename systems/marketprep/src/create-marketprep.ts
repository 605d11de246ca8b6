import { createAccessTokens, type AddServiceOptions } from '@seaworthy/fastify'
import { createDatabase, migrate, provisionTenancy, type Database } from '@seaworthy/postgres'
import type { Runtime } from 'seaworthy/core'
import { createPasswordHasher, createSecretBox } from 'seaworthy/security'
import type { Service } from 'seaworthy/service'
import type { Logger } from 'seaworthy/telemetry'
import { Accounts, accessTokenSeconds } from './accounts/accounts.ts'
import { Background } from './background.ts'
import { EventsClient } from './clients/events-client.ts'
import { OpenMeteoClient } from './clients/open-meteo-client.ts'
import { SquareClient } from './clients/square-client.ts'
import { readMarketprepConfig, type ConfigSources, type MarketprepConfig } from './config.ts'
import { migrations, type MarketprepTables } from './data/index.ts'
import { declareDependencies, declareService, type MarketprepDependencies } from './declaration.ts'
import { DemoVendor } from './demo/demo-vendor.ts'
import { ForecastTrainer } from './forecast/train-off-thread.ts'
import { keysOf, type Keys } from './keys.ts'
import { Learning } from './learning.ts'
import { ModelShelf } from './models/model-shelf.ts'
import { Training } from './models/training.ts'
import { ensurePageBuilt } from './page-build.ts'
import { storedFreshness } from './recommend/sales-freshness.ts'
import { marketprepRoutes } from './routes/marketprep-routes.ts'
import { AuthorisationState } from './square/authorisation-state.ts'
import { SquareAccess } from './square/square-access.ts'
import { SquareConnecting } from './square/square-connection.ts'
import { SquareSync, type SearchOrders } from './square/square-sync.ts'
import { createStore, type Store } from './store.ts'
import { normalsFor } from './weather/normals-for.ts'

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
  const parts = wireMarketprep(options, config, { database, keys })
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
    runtime,
  })
}

/** Makes the parts and ties them together. Opens no connection and starts nothing. */
export function wireMarketprep(
  { runtime, logger, publicUrl }: Pick<MarketprepOptions, 'runtime' | 'logger' | 'publicUrl'>,
  config: MarketprepConfig,
  { database, keys }: { readonly database: Database<MarketprepTables>; readonly keys: Keys },
) {
  const { clock } = runtime
  const store = createStore(database, runtime)
  const tokens = createAccessTokens({
    secret: keys.tokens,
    issuer: 'seaworthy',
    audience: 'marketprep',
    ttl: `${accessTokenSeconds}s`,
    clock,
  })
  const accounts = new Accounts({ store, passwords: createPasswordHasher(), tokens, clock })
  const trainer = new ForecastTrainer({ clock })
  const training = new Training({ store, trainer, clock, logger })
  const background = new Background(logger)
  const square = wireSquare({ store, keys, publicUrl, runtime }, config, () => dependencies)
  const dependencies: MarketprepDependencies = declareDependencies({
    store,
    square: square.client,
    openMeteo: new OpenMeteoClient({ ...config.openMeteo, clock }),
    events: new EventsClient({ baseUrl: config.eventsBaseUrl, clock }),
    models: new ModelShelf(store),
    climateNormals: (question) => normalsFor(store, question),
    pullOrders: async (call, vendorId) => {
      const search: SearchOrders = (token, query) => square.client.searchOrders(call, token, query)
      await square.sync.newestOrders(vendorId, search, call.signal)
      return { upTo: new Date(clock.wallTime()) }
    },
    lastSync: (vendorId) => storedFreshness(store, vendorId),
    runtime,
  })
  const learning = new Learning({
    store,
    dependencies,
    sync: square.sync,
    training,
    background,
    clock,
    logger,
  })
  const demo = config.demo ? new DemoVendor({ store, accounts, square, learning, logger }) : undefined
  const service = declareService(
    { store, dependencies },
    [
      { name: 'database pool', stop: () => database.close() },
      { name: 'forecast trainer', stop: () => trainer.close() },
      { name: 'background work', stop: () => background.stop() },
      { name: 'demo vendor', start: async () => await demo?.ensure() },
    ],
    runtime,
  )
  return {
    service,
    store,
    database,
    tokens,
    accounts,
    dependencies,
    learning,
    connecting: square.connecting,
    isDemo: config.demo,
    clock,
  }
}

function wireSquare(
  {
    store,
    keys,
    publicUrl,
    runtime,
  }: { readonly store: Store; readonly keys: Keys; readonly publicUrl: string; readonly runtime: Runtime },
  { square }: MarketprepConfig,
  dependencies: () => MarketprepDependencies,
) {
  const { clock } = runtime
  const client = new SquareClient({
    ...square,
    redirectUrl: `${publicUrl}/marketprep/api/square/callback`,
    clock,
  })
  const access = new SquareAccess({
    store,
    box: createSecretBox({ current: { id: 'k1', key: keys.squareTokens } }),
    clock,
    refresh: async (refreshToken, signal) =>
      (await dependencies().refreshToken.with({ signal })(refreshToken)).value,
  })
  const state = new AuthorisationState(keys.squareState, clock)
  const connecting = new SquareConnecting({ store, access, state, client, dependencies })
  const sync = new SquareSync({ store, access, dependencies, clock })
  return { client, access, connecting, sync }
}
