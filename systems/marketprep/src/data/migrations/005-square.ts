import { sql, type Kysely } from 'kysely'
import { enableTenantIsolation } from '@seaworthy/postgres'

/** A vendor's connection to Square. Tokens are stored as the application encrypted them. */
export const square = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table marketprep.square_connections (
      vendor_id uuid primary key default marketprep.current_tenant()
        references marketprep.vendors (id) on delete cascade,
      merchant_id text not null,
      merchant_name text not null,
      access_token_encrypted text not null,
      refresh_token_encrypted text not null,
      scopes text[] not null,
      expires_at timestamptz not null,
      connected_at timestamptz not null default now(),
      sync_state text not null default 'never' check (sync_state in ('never', 'idle', 'running', 'failed')),
      sync_started_at timestamptz,
      last_sync_at timestamptz,
      synced_until timestamptz,
      orders_synced integer not null default 0,
      note text
    )`.execute(db)
    await enableTenantIsolation(db, {
      schema: 'marketprep',
      table: 'square_connections',
      column: 'vendor_id',
    })
  },
}
