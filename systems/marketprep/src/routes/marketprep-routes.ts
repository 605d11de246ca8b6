import type { HttpServer } from '@seaworthy/fastify'
import type { Database } from '@seaworthy/postgres'
import type { Clock } from 'seaworthy/core'
import type { Service } from 'seaworthy/service'
import type { Accounts } from '../accounts/accounts.ts'
import type { MarketprepTables } from '../data/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import { demoAccount } from '../demo/demo-vendor.ts'
import type { Learning } from '../learning.ts'
import type { SquareConnecting } from '../square/square-connecting.ts'
import type { Store } from '../store.ts'
import { accountRoutes } from './account-routes.ts'
import { adminRoutes } from './admin-routes.ts'
import { catalogueRoutes } from './catalogue-routes.ts'
import { feedbackRoutes } from './feedback-routes.ts'
import { pageRoutes } from './page-routes.ts'
import { placeRoutes } from './place-routes.ts'
import { recommendationRoutes } from './recommendation-routes.ts'
import { salesRoutes } from './sales-routes.ts'
import { squareRoutes } from './square-routes.ts'

export interface MarketprepRoutesOptions {
  readonly service: Service
  readonly store: Store
  readonly database: Database<MarketprepTables>
  readonly accounts: Accounts
  readonly dependencies: MarketprepDependencies
  readonly learning: Learning
  readonly connecting: SquareConnecting
  readonly isDemo: boolean
  readonly clock: Clock
  readonly cursorKey: string
  readonly pageDirectory: string
}

/** All routes: the page at the root of the prefix, the API below `/api`. */
export function marketprepRoutes(options: MarketprepRoutesOptions): (scope: HttpServer) => Promise<void> {
  const { service, store, database, accounts, dependencies, learning, connecting, clock, cursorKey } = options
  return async (scope) => {
    await scope.register(
      async (api: HttpServer) => {
        accountRoutes(api, { accounts, clock, demo: options.isDemo ? { ...demoAccount } : null })
        catalogueRoutes(api, {
          store,
          clock,
          cursorKey,
          onVenueCreated: (vendorId, venueId) => learning.venueAdded(vendorId, venueId),
        })
        placeRoutes(api, dependencies)
        await salesRoutes(api, {
          store,
          database,
          clock,
          onImported: async (vendorId) => {
            await learning.learn(vendorId)
          },
        })
        squareRoutes(api, { connecting, synchronise: (vendorId) => learning.synchronise(vendorId) })
        recommendationRoutes(api, { store, clock, cursorKey, recommending: { store, dependencies, clock } })
        feedbackRoutes(api, { store, cursorKey, clock })
        adminRoutes(api, service)
      },
      { prefix: '/api' },
    )
    await pageRoutes(scope, options.pageDirectory)
  }
}
