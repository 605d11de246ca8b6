import { findSquareConnection } from '../data/index.ts'
import type { Store } from '../store.ts'

/** Up to when the vendor's orders are stored; undefined before the first synchronisation. */
export async function storedFreshness(store: Store, vendorId: string): Promise<Date | undefined> {
  const connection = await store.vendor(vendorId, findSquareConnection, { readOnly: true })
  return typeof connection?.syncedUntil !== 'string' ? undefined : new Date(connection.syncedUntil)
}
