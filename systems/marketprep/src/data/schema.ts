import type { Generated, Transaction } from 'kysely'

/**
 * The tables of the schema `marketprep` for Kysely. `vendor_id` is filled in by the database from the transaction's
 * tenant, so no statement names it. Columns of dates, instants and exact numbers are read through the expressions of
 * `columns.ts`; what is written to them is text or a number.
 */
export interface MarketprepTables {
  readonly 'marketprep.vendors': VendorsTable
  readonly 'marketprep.products': ProductsTable
  readonly 'marketprep.venues': VenuesTable
  readonly 'marketprep.sales': SalesTable
  readonly 'marketprep.weather_days': WeatherDaysTable
  readonly 'marketprep.square_connections': SquareConnectionsTable
  readonly 'marketprep.forecast_models': ForecastModelsTable
  readonly 'marketprep.recommendation_sets': RecommendationSetsTable
  readonly 'marketprep.recommendations': RecommendationsTable
  readonly 'marketprep.feedback': FeedbackTable
}

/** A transaction on those tables. It belongs to a vendor, unless a function asks for one of the directory. */
export type MarketprepTransaction = Transaction<MarketprepTables>

interface VendorsTable {
  id: Generated<string>
  business_name: string
}

interface OwnedTable {
  vendor_id: Generated<string>
  id: Generated<string>
}

interface ProductsTable extends OwnedTable {
  name: string
  name_key: string
  category: Generated<string>
  price_cents: number
  unit_cost_cents: number
  waste_cost_cents: number
  is_active: Generated<boolean>
  square_variation_id: string | null
}

interface VenuesTable extends OwnedTable {
  name: string
  name_key: string
  latitude: number
  longitude: number
  time_zone: string
  market_weekdays: readonly number[]
  is_active: Generated<boolean>
  square_location_id: string | null
}

interface SalesTable {
  vendor_id: Generated<string>
  source: string
  source_line: string
  product_id: string
  venue_id: string | null
  sold_on: string
  quantity: number
  revenue_cents: number
}

interface WeatherDaysTable {
  vendor_id: Generated<string>
  latitude: number
  longitude: number
  day: string
  temperature_max_c: number
  precipitation_mm: number
  code: number
}

interface SquareConnectionsTable {
  vendor_id: Generated<string>
  merchant_id: string
  merchant_name: string
  access_token_encrypted: string
  refresh_token_encrypted: string
  scopes: readonly string[]
  expires_at: string
  sync_state: Generated<'never' | 'idle' | 'running' | 'failed'>
  sync_started_at: string | null
  last_sync_at: string | null
  synced_until: string | null
  orders_synced: Generated<number>
  note: string | null
}

interface ForecastModelsTable extends OwnedTable {
  version: string
  trained_at: string
  metrics: string
  body: Uint8Array
  is_active: boolean
}

interface RecommendationSetsTable extends OwnedTable {
  venue_id: string
  market_date: string
  service_level: string
  summary: string
  generated_at: string
  model_version: string | null
  weather: string
  events: string
  sources: string
}

interface RecommendationsTable extends OwnedTable {
  set_id: string
  position: number
  product_id: string
  product_name: string
  category: string
  price_cents: number
  quantity: number
  expected_demand: number
  interval_low: number
  interval_high: number
  confidence: number
  confidence_label: 'high' | 'medium' | 'low'
  baseline: number
  reasons: string
  expected_revenue_cents: number
}

interface FeedbackTable extends OwnedTable {
  recommendation_id: string
  venue_id: string
  market_date: string
  product_id: string
  brought: number
  sold: number
  price_cents: number | null
  rating: number | null
  comment: string | null
  submitted_at: string
}
