import { sql, type Kysely } from 'kysely'
import { enableTenantIsolation } from '@seaworthy/postgres'

/** Products and venues. Both are told apart by `name_key`, the name as `nameKey` writes it. */
export const catalogue = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table marketprep.products (
      vendor_id uuid not null default marketprep.current_tenant() references marketprep.vendors (id) on delete cascade,
      id uuid not null default marketprep.new_id(),
      name text not null check (length(name) between 1 and 120),
      name_key text not null,
      category text not null default '' check (length(category) <= 60),
      price_cents integer not null check (price_cents between 0 and 100000000),
      unit_cost_cents integer not null check (unit_cost_cents between 0 and 100000000),
      waste_cost_cents integer not null check (waste_cost_cents between 0 and 100000000),
      is_active boolean not null default true,
      square_variation_id text,
      created_at timestamptz not null default now(),
      primary key (vendor_id, id)
    )`.execute(db)
    await sql`create unique index products_name on marketprep.products (vendor_id, name_key)`.execute(db)
    await sql`create unique index products_square on marketprep.products (vendor_id, square_variation_id)
      where square_variation_id is not null`.execute(db)
    await enableTenantIsolation(db, { schema: 'marketprep', table: 'products', column: 'vendor_id' })

    await sql`create table marketprep.venues (
      vendor_id uuid not null default marketprep.current_tenant() references marketprep.vendors (id) on delete cascade,
      id uuid not null default marketprep.new_id(),
      name text not null check (length(name) between 1 and 120),
      name_key text not null,
      latitude double precision not null check (latitude between -90 and 90),
      longitude double precision not null check (longitude between -180 and 180),
      time_zone text not null,
      market_weekdays smallint[] not null,
      is_active boolean not null default true,
      square_location_id text,
      created_at timestamptz not null default now(),
      primary key (vendor_id, id)
    )`.execute(db)
    await sql`create unique index venues_name on marketprep.venues (vendor_id, name_key)`.execute(db)
    await enableTenantIsolation(db, { schema: 'marketprep', table: 'venues', column: 'vendor_id' })
  },
}
