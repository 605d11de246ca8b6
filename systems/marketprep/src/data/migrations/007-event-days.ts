import { sql, type Kysely } from 'kysely'
import { enableTenantIsolation } from '@seaworthy/postgres'

/** The largest event near a venue on past days: what training learns the effect of events from. */
export const eventDays = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table marketprep.event_days (
      vendor_id uuid not null default marketprep.current_tenant() references marketprep.vendors (id) on delete cascade,
      venue_id uuid not null,
      day date not null,
      attendance integer not null check (attendance between 0 and 100000000),
      primary key (vendor_id, venue_id, day),
      foreign key (vendor_id, venue_id) references marketprep.venues (vendor_id, id) on delete cascade
    )`.execute(db)
    await enableTenantIsolation(db, { schema: 'marketprep', table: 'event_days', column: 'vendor_id' })
  },
}
