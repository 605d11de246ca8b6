import { sql } from 'kysely'
import type { Vendor } from '../contract/account.ts'
import { dataError } from './data-errors.ts'
import type { MarketprepTransaction } from './schema.ts'

/** A vendor as registered. */
export interface NewVendor {
  readonly email: string
  /** As the hashing function wrote it; never the password. */
  readonly passwordHash: string
  readonly businessName: string
  /** Default 'vendor'. */
  readonly role?: Vendor['role']
}

/**
 * Stores the vendor whose transaction this is.
 *
 * @throws SeaworthyError ERR_EMAIL_TAKEN
 */
export async function createVendor(tx: MarketprepTransaction, vendor: NewVendor): Promise<Vendor> {
  await tx.insertInto('marketprep.vendors').values({ business_name: vendor.businessName }).execute()
  const { rows } = await sql<{ created: boolean }>`
    select marketprep.create_login(${vendor.email}, ${vendor.passwordHash}, ${vendor.role ?? 'vendor'}) as created`.execute(
    tx,
  )
  if (rows[0]?.created !== true) {
    throw dataError('ERR_EMAIL_TAKEN', 'Cannot register: the e-mail address must be one without an account')
  }
  const created = await findVendor(tx)
  if (created === undefined) throw new TypeError('Cannot register: the transaction must belong to a vendor')
  return created
}

/** The vendor whose transaction this is; undefined when the account is gone. */
export async function findVendor(tx: MarketprepTransaction): Promise<Vendor | undefined> {
  const { rows } = await sql<Vendor>`
    select v.id, v.business_name as "businessName", l.email, l.role,
      exists (select from marketprep.square_connections) as "squareConnected"
    from marketprep.vendors v, marketprep.current_login() l`.execute(tx)
  return rows[0]
}

/** Deletes the vendor whose transaction this is, with everything that belongs to it. */
export async function deleteVendor(tx: MarketprepTransaction): Promise<void> {
  await tx.deleteFrom('marketprep.vendors').execute()
}
