import { sql, type Kysely } from 'kysely'
import { enableTenantIsolation } from '@seaworthy/postgres'

/** One row per line of a sale, and the weather of the days on which the vendor sold. */
export const sales = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table marketprep.sales (
      vendor_id uuid not null default marketprep.current_tenant() references marketprep.vendors (id) on delete cascade,
      source text not null check (source in ('square', 'csv')),
      source_line text not null check (length(source_line) <= 200),
      product_id uuid not null,
      venue_id uuid,
      sold_on date not null,
      quantity numeric(12, 3) not null,
      revenue_cents bigint not null,
      primary key (vendor_id, source, source_line),
      foreign key (vendor_id, product_id) references marketprep.products (vendor_id, id),
      foreign key (vendor_id, venue_id) references marketprep.venues (vendor_id, id)
    )`.execute(db)
    await sql`create index sales_day on marketprep.sales (vendor_id, sold_on)
      include (product_id, venue_id, quantity, revenue_cents)`.execute(db)
    await enableTenantIsolation(db, { schema: 'marketprep', table: 'sales', column: 'vendor_id' })

    await sql`create table marketprep.weather_days (
      vendor_id uuid not null default marketprep.current_tenant() references marketprep.vendors (id) on delete cascade,
      latitude numeric(4, 1) not null,
      longitude numeric(4, 1) not null,
      day date not null,
      temperature_max_c real not null,
      precipitation_mm real not null,
      code smallint not null check (code between 0 and 99),
      primary key (vendor_id, latitude, longitude, day)
    )`.execute(db)
    await enableTenantIsolation(db, { schema: 'marketprep', table: 'weather_days', column: 'vendor_id' })
  },
}
