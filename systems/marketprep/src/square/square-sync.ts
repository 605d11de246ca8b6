import { errorCode, type Clock } from 'seaworthy/core'
import { eachPage } from '../clients/each-page.ts'
import { squareLateOrderHours, squareLocationsMax, type SquareOrderQuery } from '../clients/square-client.ts'
import type { SquareOrder, SquareOrderPage } from '../clients/square-model.ts'
import {
  beginSquareSync,
  findSquareConnection,
  finishSquareSync,
  learnMarketWeekdays,
  squareNames,
  upsertSales,
  type SquareNames,
} from '../data/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import type { Store } from '../store.ts'
import { orderLines } from './order-lines.ts'
import type { SquareAccess } from './square-access.ts'
import { storeCatalogue } from './store-catalogue.ts'

export interface SquareSyncOptions {
  readonly store: Store
  readonly access: SquareAccess
  readonly dependencies: () => MarketprepDependencies
  readonly clock: Clock
}

/** How far back the first synchronisation reaches. */
const firstSyncMs = 3 * 366 * 24 * 60 * 60 * 1_000
/** Orders may arrive this late with the time at which they were made, so each synchronisation looks back as far. */
const overlapMs = squareLateOrderHours * 60 * 60 * 1_000
/** The newest orders alone are looked for with a smaller overlap: the full run finds the late ones. */
const newestOverlapMs = 60 * 60 * 1_000
/** A run whose process died is taken over after this time. */
const staleAfterMs = 10 * 60 * 1_000
const pageSize = 500
const orderPagesMax = 2_000
/** A weekday on which the vendor sold this often is a market day of the venue. */
const weekdayDaysMin = 3

/** One search of Square for orders. */
export type SearchOrders = (accessToken: string, query: SquareOrderQuery) => Promise<SquareOrderPage>

/** What a synchronisation did. `busy`: another one is running. */
export type SyncOutcome =
  | { readonly outcome: 'synchronised'; readonly orders: number }
  | { readonly outcome: 'busy' }

/**
 * Takes products, venues and orders from Square. Every page is stored as it comes, each order line under its own key, so
 * that a run that ends anywhere leaves nothing twice and the next one goes on.
 */
export class SquareSync {
  readonly #options: SquareSyncOptions

  constructor(options: SquareSyncOptions) {
    this.#options = options
  }

  /** @throws SeaworthyError ERR_SQUARE_NOT_CONNECTED, or the failure of Square, which is also recorded */
  async run(vendorId: string, signal?: AbortSignal): Promise<SyncOutcome> {
    const { store, clock } = this.#options
    const startedAtMs = clock.wallTime()
    const claim = { startedAt: iso(startedAtMs), staleBefore: iso(startedAtMs - staleAfterMs) }
    if (!(await store.vendor(vendorId, (tx) => beginSquareSync(tx, claim)))) return { outcome: 'busy' }
    try {
      const orders = await this.#synchronise(vendorId, startedAtMs, signal)
      return { outcome: 'synchronised', orders }
    } catch (error) {
      const note = `The last synchronisation failed (${errorCode(error) ?? 'unknown'}); it goes on where it was.`
      await store.vendor(vendorId, (tx) => finishSquareSync(tx, { outcome: 'failed', note }))
      throw error
    }
  }

  /** Takes in the orders since the last synchronisation only. For the time in which somebody waits for an answer. */
  async newestOrders(vendorId: string, orders: SearchOrders, signal?: AbortSignal): Promise<void> {
    const { store, access } = this.#options
    const { connection, names } = await store.vendor(
      vendorId,
      async (tx) => ({ connection: await findSquareConnection(tx), names: await squareNames(tx) }),
      { readOnly: true, signal },
    )
    const locationIds = [...names.venues.keys()].slice(0, squareLocationsMax)
    if (typeof connection?.syncedUntil !== 'string' || locationIds.length === 0) return
    const token = await access.tokenOf(vendorId, connection, signal)
    const closedFrom = iso(Date.parse(connection.syncedUntil) - newestOverlapMs)
    const page = await orders(token, { locationIds, closedFrom, limit: pageSize })
    await this.#store(vendorId, page.orders, names)
  }

  async #synchronise(vendorId: string, startedAtMs: number, signal?: AbortSignal): Promise<number> {
    const { store, access, dependencies } = this.#options
    const token = await access.token(vendorId, signal)
    await storeCatalogue({ store, dependencies: dependencies() }, { vendorId, token, signal })
    const names = await store.vendor(vendorId, squareNames, { readOnly: true, signal })
    const connection = await store.vendor(vendorId, findSquareConnection, { readOnly: true, signal })
    const known = typeof connection?.syncedUntil !== 'string' ? undefined : Date.parse(connection.syncedUntil)
    const closedFrom = iso(known === undefined ? startedAtMs - firstSyncMs : known - overlapMs)
    let added = 0
    for (const locationIds of chunks([...names.venues.keys()], squareLocationsMax)) {
      const page = async (cursor: string | undefined) => {
        const query = { locationIds, closedFrom, limit: pageSize, cursor }
        return (await dependencies().orders.with({ signal })(token, query)).value
      }
      for await (const { orders } of eachPage(page, orderPagesMax))
        added += await this.#store(vendorId, orders, names)
    }
    await store.vendor(vendorId, async (tx) => {
      await learnMarketWeekdays(tx, weekdayDaysMin)
      const at = iso(startedAtMs)
      await finishSquareSync(tx, { outcome: 'idle', at, syncedUntil: at, ordersAdded: added, note: null })
    })
    return added
  }

  /** Stores the orders' lines and says how many lines were new. */
  async #store(vendorId: string, orders: readonly SquareOrder[], names: SquareNames): Promise<number> {
    const lines = orders.flatMap((order) => orderLines(order, names))
    if (lines.length === 0) return 0
    const { inserted } = await this.#options.store.vendor(vendorId, (tx) => upsertSales(tx, 'square', lines))
    return inserted
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
