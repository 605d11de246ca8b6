import { sql } from 'kysely'
import type { SquareStatus } from '../contract/sales.ts'
import { instant, instantOrNull } from './columns.ts'
import { dataError } from './data-errors.ts'
import type { MarketprepTransaction } from './schema.ts'

/** What Square granted. The tokens are as the application encrypted them; this module never sees them plain. */
export interface SquareGrant {
  readonly merchantId: string
  readonly merchantName: string
  readonly accessTokenEncrypted: string
  readonly refreshTokenEncrypted: string
  readonly scopes: readonly string[]
  /** When the access token ends, an instant. */
  readonly expiresAt: string
}

export interface SquareConnection extends SquareGrant {
  /** Orders up to this instant are stored; null before the first sync. */
  readonly syncedUntil: string | null
}

const disconnected: SquareStatus = Object.freeze({
  connected: false,
  merchantName: null,
  lastSyncAt: null,
  sync: 'never',
  ordersSynced: 0,
  note: null,
})

/** Stores a grant. Connecting the same merchant again keeps the place of the sync; another one starts afresh. */
export async function saveSquareGrant(tx: MarketprepTransaction, grant: SquareGrant): Promise<void> {
  await sql`
    insert into marketprep.square_connections as c
      (merchant_id, merchant_name, access_token_encrypted, refresh_token_encrypted, scopes, expires_at)
    values (${grant.merchantId}, ${grant.merchantName}, ${grant.accessTokenEncrypted},
      ${grant.refreshTokenEncrypted}, ${[...grant.scopes]}::text[], ${grant.expiresAt}::timestamptz)
    on conflict (vendor_id) do update set
      merchant_id = excluded.merchant_id, merchant_name = excluded.merchant_name,
      access_token_encrypted = excluded.access_token_encrypted,
      refresh_token_encrypted = excluded.refresh_token_encrypted,
      scopes = excluded.scopes, expires_at = excluded.expires_at, note = null,
      sync_state = case when c.merchant_id = excluded.merchant_id then c.sync_state else 'never' end,
      last_sync_at = case when c.merchant_id = excluded.merchant_id then c.last_sync_at end,
      synced_until = case when c.merchant_id = excluded.merchant_id then c.synced_until end,
      orders_synced = case when c.merchant_id = excluded.merchant_id then c.orders_synced else 0 end`.execute(
    tx,
  )
}

/**
 * Puts renewed tokens in place of those that were renewed. False when they are gone: the vendor disconnected, or
 * connected again, in the meantime.
 */
export async function renewSquareTokens(
  tx: MarketprepTransaction,
  renewed: Pick<SquareGrant, 'accessTokenEncrypted' | 'refreshTokenEncrypted' | 'expiresAt'>,
  former: Pick<SquareGrant, 'accessTokenEncrypted'>,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update marketprep.square_connections set access_token_encrypted = ${renewed.accessTokenEncrypted},
      refresh_token_encrypted = ${renewed.refreshTokenEncrypted}, expires_at = ${renewed.expiresAt}::timestamptz
    where access_token_encrypted = ${former.accessTokenEncrypted}`.execute(tx)
  return numAffectedRows === 1n
}

/** The connection with its encrypted tokens; undefined when there is none. */
export async function findSquareConnection(tx: MarketprepTransaction): Promise<SquareConnection | undefined> {
  return tx
    .selectFrom('marketprep.square_connections')
    .select([
      'merchant_id as merchantId',
      'merchant_name as merchantName',
      'access_token_encrypted as accessTokenEncrypted',
      'refresh_token_encrypted as refreshTokenEncrypted',
      'scopes',
    ])
    .select([instant('expires_at').as('expiresAt'), instantOrNull('synced_until').as('syncedUntil')])
    .executeTakeFirst()
}

export async function squareStatus(tx: MarketprepTransaction): Promise<SquareStatus> {
  const row = await tx
    .selectFrom('marketprep.square_connections')
    .select(['merchant_name as merchantName', 'sync_state as sync', 'orders_synced as ordersSynced', 'note'])
    .select(instantOrNull('last_sync_at').as('lastSyncAt'))
    .executeTakeFirst()
  return row === undefined ? disconnected : { connected: true, ...row }
}

/**
 * Marks the sync as running. False when it is running already, unless that one began before `staleBefore`: its process
 * is gone.
 *
 * @throws SeaworthyError ERR_SQUARE_NOT_CONNECTED
 */
export async function beginSquareSync(
  tx: MarketprepTransaction,
  run: { readonly startedAt: string; readonly staleBefore: string },
): Promise<boolean> {
  const { rows } = await sql<{ began: boolean }>`
    with found as (
      select vendor_id, sync_state <> 'running' or sync_started_at < ${run.staleBefore}::timestamptz as free
      from marketprep.square_connections for update
    ), begun as (
      update marketprep.square_connections c
      set sync_state = 'running', sync_started_at = ${run.startedAt}::timestamptz
      from found where found.vendor_id = c.vendor_id and found.free returning c.vendor_id
    )
    select exists (select from begun) as began from found`.execute(tx)
  const [row] = rows
  if (row === undefined) {
    throw dataError('ERR_SQUARE_NOT_CONNECTED', 'Cannot synchronise: the vendor must have connected Square')
  }
  return row.began
}

export type SquareSyncResult =
  | {
      readonly outcome: 'idle'
      readonly at: string
      readonly syncedUntil: string
      /** Orders that are stored now, those of former syncs included. */
      readonly ordersStored: number
      readonly note: string | null
    }
  | { readonly outcome: 'failed'; readonly note: string }

/** Records how the sync ended. A failure leaves the place of the sync, so the next one starts there again. */
export async function finishSquareSync(tx: MarketprepTransaction, result: SquareSyncResult): Promise<void> {
  if (result.outcome === 'failed') {
    await tx
      .updateTable('marketprep.square_connections')
      .set({ sync_state: 'failed', note: result.note })
      .execute()
    return
  }
  await sql`
    update marketprep.square_connections set sync_state = 'idle', note = ${result.note},
      last_sync_at = ${result.at}::timestamptz, synced_until = ${result.syncedUntil}::timestamptz,
      orders_synced = ${result.ordersStored}`.execute(tx)
}

/** Forgets the connection and its tokens; the sales stay. False when there was none. */
export async function deleteSquareConnection(tx: MarketprepTransaction): Promise<boolean> {
  const result = await tx.deleteFrom('marketprep.square_connections').executeTakeFirst()
  return result.numDeletedRows > 0n
}
