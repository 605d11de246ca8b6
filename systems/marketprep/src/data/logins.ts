import { sql } from 'kysely'
import type { MarketprepTransaction } from './schema.ts'

/**
 * The tenant of the transactions in which no vendor is known yet: signing in, refreshing, background work over all
 * vendors. It owns no rows. Pass it as the transaction's `tenant`.
 */
export const directoryTenant = '00000000-0000-0000-0000-000000000000'

/** What is known of somebody who signs in, before they proved who they are. */
export interface Login {
  readonly vendorId: string
  readonly email: string
  readonly passwordHash: string
  readonly role: 'vendor' | 'admin'
}

/** A new id for a vendor, whose transaction can then be opened and filled by `createVendor`. */
export async function newVendorId(tx: MarketprepTransaction): Promise<string> {
  const { rows } = await sql<{ id: string }>`select marketprep.new_id() as id`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new TypeError('Cannot make an id: the database answered without a row')
  return row.id
}

/** The login of an address, in any case. Only in a transaction of {@link directoryTenant}. */
export async function findLogin(tx: MarketprepTransaction, email: string): Promise<Login | undefined> {
  const { rows } = await sql<Login>`
    select vendor_id as "vendorId", email, password_hash as "passwordHash", role
    from marketprep.find_login(${email})`.execute(tx)
  return rows[0]
}

/**
 * Puts a new hash of the same password in place of the former one, in the vendor's transaction. False when the former
 * one is no longer there: the password was changed in the meantime.
 */
export async function replacePasswordHash(
  tx: MarketprepTransaction,
  { former, hash }: { readonly former: string; readonly hash: string },
): Promise<boolean> {
  const { rows } = await sql<{ replaced: boolean }>`
    select marketprep.replace_password_hash(${former}, ${hash}) as replaced`.execute(tx)
  return rows[0]?.replaced === true
}

/**
 * Ids of vendors in ascending order, for work in the background. Only in a transaction of {@link directoryTenant}.
 *
 * @param page where to go on, and how many at most (up to 1,000)
 */
export async function listVendorIds(
  tx: MarketprepTransaction,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from marketprep.list_vendor_ids(${page.after ?? null}::uuid, ${page.limit}::integer) as id`.execute(
    tx,
  )
  return rows.map((row) => row.id)
}
