import { eachPage } from '../clients/each-page.ts'
import { squareLocationsMax, type SquareOrderQuery } from '../clients/square-client.ts'
import type { SquareOrderPage } from '../clients/square-model.ts'
import { upsertSales, type SquareNames } from '../data/index.ts'
import type { Store } from '../store.ts'
import { orderLines } from './order-lines.ts'

/** Which orders to take, and how a page of them is asked for. */
export interface OrderRange {
  readonly names: SquareNames
  /** Orders closed at or after this instant. */
  readonly closedFrom: string
  /** Pages for ten locations at most. */
  readonly pagesMax: number
  readonly search: (query: SquareOrderQuery) => Promise<SquareOrderPage>
}

const pageSize = 500

/**
 * Takes the orders of all the vendor's locations, page by page, and stores each page before it asks for the next.
 *
 * @returns how many lines of orders were not known before
 * @throws SeaworthyError ERR_TOO_MANY_PAGES, or the failure of Square; what came before is stored
 */
export async function storeOrders(store: Store, vendorId: string, range: OrderRange): Promise<number> {
  const { names, closedFrom, pagesMax, search } = range
  let added = 0
  for (const locationIds of chunks([...names.venues.keys()], squareLocationsMax)) {
    const page = (cursor: string | undefined): Promise<SquareOrderPage> =>
      search({ locationIds, closedFrom, limit: pageSize, cursor })
    for await (const { orders } of eachPage(page, pagesMax)) {
      const lines = orders.flatMap((order) => orderLines(order, names))
      const { inserted } = await store.vendor(vendorId, (tx) => upsertSales(tx, 'square', lines))
      added += inserted
    }
  }
  return added
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
