import type { Clock } from 'seaworthy/core'
import type { SquareOrderPage } from '../clients/square-model.ts'
import { squareLateOrderHours, type SquareOrderQuery } from '../clients/square-client.ts'
import {
  beginSquareSync,
  findSquareConnection,
  finishSquareSync,
  learnMarketWeekdays,
  squareNames,
  storedOrders,
} from '../data/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import type { Store } from '../store.ts'
import type { SquareAccess, SquareSessionOptions } from './square-access.ts'
import { squareError } from './square-errors.ts'
import { storeCatalogue } from './store-catalogue.ts'
import { storeOrders } from './store-orders.ts'
import { failureNote } from './failure-note.ts'

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
/** A million orders of up to ten locations. */
const pagesMax = 2_000
/** More of the newest orders are a matter for the full run, not for somebody who waits. */
const newestPagesMax = 4
/** A weekday on which the vendor sold this often is a market day of the venue. */
const weekdayDaysMin = 3

export interface SyncRunOptions {
  readonly signal?: AbortSignal | undefined
  /** Goes on although another run is marked as running: the caller knows that its process has ended. Default false. */
  readonly takeOver?: boolean
}

/** What a synchronisation did. `busy`: another one is running. */
export type SyncOutcome =
  | {
      readonly outcome: 'synchronised'
      /** Lines of orders that were not known before. */
      readonly linesAdded: number
    }
  | { readonly outcome: 'busy' }

/** How the newest orders are asked for. */
export interface NewestOrdersCall extends SquareSessionOptions {
  readonly search: (accessToken: string, query: SquareOrderQuery) => Promise<SquareOrderPage>
}

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
  async run(vendorId: string, { signal, takeOver = false }: SyncRunOptions = {}): Promise<SyncOutcome> {
    const { store, clock } = this.#options
    const startedAtMs = clock.wallTime()
    const staleBefore = takeOver ? 'infinity' : iso(startedAtMs - staleAfterMs)
    const claim = { startedAt: iso(startedAtMs), staleBefore }
    if (!(await store.vendor(vendorId, (tx) => beginSquareSync(tx, claim)))) return { outcome: 'busy' }
    try {
      const linesAdded = await this.#synchronise(vendorId, startedAtMs, signal)
      return { outcome: 'synchronised', linesAdded }
    } catch (error) {
      const failed = { outcome: 'failed', note: failureNote(error, signal) } as const
      // Without the database the run stays marked as running until it is taken over; its own failure says more.
      await store.vendor(vendorId, (tx) => finishSquareSync(tx, failed)).catch(() => undefined)
      throw error
    }
  }

  /**
   * Takes in the orders since the last synchronisation only. For the time in which somebody waits for an answer.
   *
   * @throws SeaworthyError ERR_SQUARE_NOT_CONNECTED, ERR_SQUARE_NOT_SYNCHRONISED before the first synchronisation has
   *   ended, ERR_TOO_MANY_PAGES when the last one was too long ago, or the failure of Square
   */
  async newestOrders(vendorId: string, { search, ...options }: NewestOrdersCall): Promise<void> {
    const { store, access } = this.#options
    const { connection, names } = await store.vendor(
      vendorId,
      async (tx) => ({ connection: await findSquareConnection(tx), names: await squareNames(tx) }),
      { readOnly: true, signal: options.signal },
    )
    const session = await access.session(vendorId, options)
    if (typeof connection?.syncedUntil !== 'string') {
      throw squareError(
        'ERR_SQUARE_NOT_SYNCHRONISED',
        'Cannot take the newest orders: the first synchronisation must have ended',
      )
    }
    await storeOrders(store, vendorId, {
      names,
      closedFrom: iso(Date.parse(connection.syncedUntil) - newestOverlapMs),
      pagesMax: newestPagesMax,
      search: (query) => session.call((token) => search(token, query)),
    })
  }

  async #synchronise(vendorId: string, startedAtMs: number, signal?: AbortSignal): Promise<number> {
    const { store, access } = this.#options
    const dependencies = this.#options.dependencies()
    const refresh: SquareSessionOptions['refresh'] = async (refreshToken) =>
      (await dependencies.refreshToken.with({ signal })(refreshToken)).value
    const session = await access.session(vendorId, { refresh, signal })
    await storeCatalogue({ store, dependencies }, { vendorId, session, signal })
    const { connection, names } = await store.vendor(
      vendorId,
      async (tx) => ({ connection: await findSquareConnection(tx), names: await squareNames(tx) }),
      { readOnly: true, signal },
    )
    const known = typeof connection?.syncedUntil === 'string' ? Date.parse(connection.syncedUntil) : undefined
    const linesAdded = await storeOrders(store, vendorId, {
      names,
      closedFrom: iso(known === undefined ? startedAtMs - firstSyncMs : known - overlapMs),
      pagesMax,
      search: async (query) =>
        (await session.call((token) => dependencies.orders.with({ signal })(token, query))).value,
    })
    await store.vendor(vendorId, async (tx) => {
      await learnMarketWeekdays(tx, weekdayDaysMin)
      const at = iso(startedAtMs)
      const ordersStored = await storedOrders(tx)
      await finishSquareSync(tx, { outcome: 'idle', at, syncedUntil: at, ordersStored, note: null })
    })
    return linesAdded
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
