import { sql } from 'kysely'
import type { MarketprepTransaction } from './schema.ts'

/** Refresh tokens are stored as hashes. Each is good for one rotation; all that descend from one sign-in are a family. */

export interface NewRefreshToken {
  readonly tokenHash: Uint8Array
  /** The id of the sign-in, a UUID. */
  readonly family: string
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number
  /** The present, milliseconds since 1970. */
  readonly nowMs: number
}

/** Stores the first token of a sign-in, in the vendor's transaction, and sweeps the vendor's expired ones. */
export async function issueRefreshToken(tx: MarketprepTransaction, token: NewRefreshToken): Promise<void> {
  await sql`select marketprep.issue_refresh_token(
    ${token.tokenHash}::bytea, ${token.family}::uuid, ${at(token.expiresAtMs)}, ${at(token.nowMs)})`.execute(
    tx,
  )
}

export interface RefreshRotation {
  readonly presentedHash: Uint8Array
  readonly nextHash: Uint8Array
  readonly expiresAtMs: number
  readonly nowMs: number
  /** How long a token that was just rotated is refused without alarm: two tabs may present it at once. */
  readonly graceMs: number
}

/**
 * How a rotation ended. `unknown`: never issued, expired or revoked. `superseded`: rotated within the grace. `reused`:
 * rotated before that, so somebody holds a copy; the whole family is revoked.
 */
export type RefreshOutcome =
  | { readonly outcome: 'rotated' | 'superseded' | 'reused'; readonly vendorId: string }
  | { readonly outcome: 'unknown'; readonly vendorId: null }

/**
 * Exchanges a token for its successor. Only in a transaction of the directory, which must commit also when the outcome
 * is `reused`.
 */
export async function rotateRefreshToken(
  tx: MarketprepTransaction,
  rotation: RefreshRotation,
): Promise<RefreshOutcome> {
  const { rows } = await sql<RefreshOutcome>`
    select outcome, vendor_id as "vendorId" from marketprep.rotate_refresh_token(
      ${rotation.presentedHash}::bytea, ${rotation.nextHash}::bytea, ${at(rotation.expiresAtMs)},
      ${at(rotation.nowMs)}, make_interval(secs => ${rotation.graceMs}::float8 / 1000))`.execute(tx)
  return rows[0] ?? { outcome: 'unknown', vendorId: null }
}

/**
 * Ends a sign-in: no token of the family works any more. False when there was nothing to end. Only in a transaction of
 * the directory.
 */
export async function revokeRefreshFamily(
  tx: MarketprepTransaction,
  token: { readonly tokenHash: Uint8Array; readonly nowMs: number },
): Promise<boolean> {
  const { rows } = await sql<{ revoked: boolean }>`
    select marketprep.revoke_refresh_family(${token.tokenHash}::bytea, ${at(token.nowMs)}) as revoked`.execute(
    tx,
  )
  return rows[0]?.revoked === true
}

function at(ms: number) {
  return sql`to_timestamp(${ms}::float8 / 1000)`
}
