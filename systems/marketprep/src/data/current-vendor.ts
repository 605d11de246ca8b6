import { sql } from 'kysely'
import type { MarketprepTransaction } from './schema.ts'

/**
 * The vendor whose transaction this is. For bulk writes: with the id at hand the database need not check the tenant's
 * signature again for each row.
 */
export async function currentVendor(tx: MarketprepTransaction): Promise<string> {
  const { rows } = await sql<{ id: string | null }>`select marketprep.current_tenant() as id`.execute(tx)
  const id = rows[0]?.id
  if (id === null || id === undefined)
    throw new TypeError('Cannot write rows: the transaction must have a tenant')
  return id
}
