import { createAccessTokens } from '@seaworthy/fastify'
import type { Database } from '@seaworthy/postgres'
import type { Runtime } from 'seaworthy/core'
import { createPasswordHasher, createSecretBox } from 'seaworthy/security'
import type { Resource } from 'seaworthy/service'
import type { Logger } from 'seaworthy/telemetry'
import { Accounts, accessTokenSeconds } from './accounts/accounts.ts'
import { Background } from './background.ts'
import { EventsClient } from './clients/events-client.ts'
import { OpenMeteoClient } from './clients/open-meteo-client.ts'
import { SquareClient } from './clients/square-client.ts'
import type { MarketprepConfig } from './config.ts'
import type { MarketprepTables } from './data/index.ts'
import { declareDependencies, declareService, type MarketprepDependencies } from './declaration.ts'
import { DemoVendor } from './demo/demo-vendor.ts'
import { ForecastTrainer } from './forecast/train-off-thread.ts'
import type { Keys } from './keys.ts'
import { Learning } from './learning.ts'
import { ModelShelf } from './models/model-shelf.ts'
import { Training } from './models/training.ts'
import { Rounds } from './rounds.ts'
import { storedFreshness } from './recommend/sales-freshness.ts'
import { AuthorisationState } from './square/authorisation-state.ts'
import { SquareAccess } from './square/square-access.ts'
import { SquareConnecting } from './square/square-connecting.ts'
import { SquareSync } from './square/square-sync.ts'
import { createStore, type Store } from './store.ts'
import { normalsFor } from './weather/normals-for.ts'

/** What the parts are made from. */
export interface WiringOptions {
  readonly runtime: Runtime
  readonly logger: Logger
  /** Where browsers reach the host, without a slash at the end. */
  readonly publicUrl: string
  readonly config: MarketprepConfig
  readonly database: Database<MarketprepTables>
  readonly keys: Keys
}

/** Makes the parts and ties them together. Opens no connection and starts nothing. */
export function wireMarketprep(options: WiringOptions) {
  const { runtime, logger, config, database, keys } = options
  const { clock } = runtime
  const store = createStore(database, runtime, config.faultRequests)
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
  const square = wireSquare(store, options, () => dependencies)
  const dependencies: MarketprepDependencies = wireDependencies(store, options, square)
  const { sync, connecting } = square
  const learning = new Learning({ store, dependencies, sync, training, background, clock, logger })
  const demo = new DemoVendor({ store, accounts, connecting, learning, logger })
  const rounds = new Rounds({ store, learning, clock, logger })
  const resources: readonly Resource[] = [
    { name: 'database pool', stop: () => database.close() },
    { name: 'forecast trainer', stop: () => trainer.close() },
    { name: 'background work', stop: () => background.stop() },
    { name: 'demo vendor', start: (signal) => (config.demo ? demo.ensure(signal) : demo.remove()) },
    { name: 'rounds', start: async () => rounds.start(), stop: () => rounds.stop() },
  ]
  const service = declareService({ store, dependencies }, resources, runtime)
  const work = { learning, training, background, sync, connecting }
  return { service, store, database, tokens, accounts, dependencies, ...work, isDemo: config.demo, clock }
}

type SquareParts = ReturnType<typeof wireSquare>

function wireSquare(
  store: Store,
  { config, keys, publicUrl, runtime }: WiringOptions,
  dependencies: () => MarketprepDependencies,
) {
  const { clock } = runtime
  const redirectUrl = `${publicUrl}/marketprep/api/square/callback`
  const client = new SquareClient({ ...config.square, redirectUrl, clock })
  const box = createSecretBox({ current: { id: 'k1', key: keys.squareTokens } })
  const access = new SquareAccess({ store, box, clock })
  const state = new AuthorisationState(keys.squareState, clock)
  const connecting = new SquareConnecting({ store, access, state, client, dependencies })
  const sync = new SquareSync({ store, access, dependencies, clock })
  return { client, connecting, sync }
}

function wireDependencies(
  store: Store,
  { config, runtime }: WiringOptions,
  { client: square, sync }: SquareParts,
): MarketprepDependencies {
  const { clock } = runtime
  return declareDependencies({
    store,
    square,
    openMeteo: new OpenMeteoClient({ ...config.openMeteo, clock }),
    events: new EventsClient({ baseUrl: config.eventsBaseUrl, clock }),
    models: new ModelShelf(store),
    climateNormals: (question) => normalsFor(store, question),
    pullOrders: async (call, vendorId) => {
      const upTo = new Date(clock.wallTime())
      // The call belongs to an operation of Square already: operations inside it would take places of their own.
      await sync.newestOrders(vendorId, {
        search: (token, query) => square.searchOrders(call, token, query),
        refresh: (refreshToken) => square.refresh(call, refreshToken),
        signal: call.signal,
      })
      return { upTo }
    },
    lastSync: (vendorId) => storedFreshness(store, vendorId),
    faultRequests: config.faultRequests,
    runtime,
  })
}
