import { sql, type Kysely } from 'kysely'
import { enableTenantIsolation } from '@seaworthy/postgres'

/** Trained models, the recommendations made, and what the vendors reported back. */
export const recommendations = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table marketprep.forecast_models (
      vendor_id uuid not null default marketprep.current_tenant() references marketprep.vendors (id) on delete cascade,
      id uuid not null default marketprep.new_id(),
      version text not null,
      trained_at timestamptz not null,
      metrics jsonb not null,
      body bytea not null,
      is_active boolean not null,
      primary key (vendor_id, id),
      unique (vendor_id, version)
    )`.execute(db)
    await sql`create unique index forecast_models_active on marketprep.forecast_models (vendor_id)
      where is_active`.execute(db)
    await enableTenantIsolation(db, { schema: 'marketprep', table: 'forecast_models', column: 'vendor_id' })

    await sql`create table marketprep.recommendation_sets (
      vendor_id uuid not null default marketprep.current_tenant() references marketprep.vendors (id) on delete cascade,
      id uuid not null default marketprep.new_id(),
      venue_id uuid not null,
      market_date date not null,
      service_level text not null,
      summary text not null,
      generated_at timestamptz not null,
      model_version text,
      weather jsonb not null,
      events jsonb not null,
      sources jsonb not null,
      primary key (vendor_id, id),
      foreign key (vendor_id, venue_id) references marketprep.venues (vendor_id, id)
    )`.execute(db)
    await sql`create index recommendation_sets_day
      on marketprep.recommendation_sets (vendor_id, venue_id, market_date, id)`.execute(db)
    await enableTenantIsolation(db, {
      schema: 'marketprep',
      table: 'recommendation_sets',
      column: 'vendor_id',
    })

    await createRecommendations(db)
    await createFeedback(db)
  },
}

async function createRecommendations(db: Kysely<unknown>): Promise<void> {
  await sql`create table marketprep.recommendations (
    vendor_id uuid not null default marketprep.current_tenant(),
    id uuid not null default marketprep.new_id(),
    set_id uuid not null,
    position smallint not null,
    product_id uuid not null,
    product_name text not null,
    category text not null,
    price_cents integer not null,
    quantity integer not null,
    expected_demand double precision not null,
    interval_low integer not null,
    interval_high integer not null,
    confidence double precision not null,
    confidence_label text not null,
    baseline double precision not null,
    reasons jsonb not null,
    expected_revenue_cents bigint not null,
    primary key (vendor_id, id),
    foreign key (vendor_id, set_id) references marketprep.recommendation_sets (vendor_id, id) on delete cascade,
    foreign key (vendor_id, product_id) references marketprep.products (vendor_id, id)
  )`.execute(db)
  await sql`create index recommendations_set on marketprep.recommendations (vendor_id, set_id, position)`.execute(
    db,
  )
  await enableTenantIsolation(db, { schema: 'marketprep', table: 'recommendations', column: 'vendor_id' })
}

async function createFeedback(db: Kysely<unknown>): Promise<void> {
  await sql`create table marketprep.feedback (
    vendor_id uuid not null default marketprep.current_tenant(),
    id uuid not null default marketprep.new_id(),
    recommendation_id uuid not null,
    venue_id uuid not null,
    market_date date not null,
    product_id uuid not null,
    brought integer not null check (brought >= 0),
    sold integer not null check (sold >= 0),
    price_cents integer,
    rating smallint check (rating between 1 and 5),
    comment text,
    submitted_at timestamptz not null,
    primary key (vendor_id, id),
    constraint feedback_once unique (vendor_id, venue_id, market_date, product_id),
    foreign key (vendor_id, recommendation_id) references marketprep.recommendations (vendor_id, id)
  )`.execute(db)
  await sql`create index feedback_recommendation on marketprep.feedback (vendor_id, recommendation_id)`.execute(
    db,
  )
  await sql`create index feedback_newest on marketprep.feedback (vendor_id, submitted_at, id)`.execute(db)
  await enableTenantIsolation(db, { schema: 'marketprep', table: 'feedback', column: 'vendor_id' })
}
