import { sql } from 'kysely'
import type { Recommendation, RecommendationSet } from '../contract/recommendation.ts'
import { instant } from './columns.ts'
import type { MarketprepTransaction } from './schema.ts'

/** A set before it is stored: its recommendations have no id and no feedback yet. */
export interface NewRecommendationSet extends Omit<RecommendationSet, 'venueName' | 'recommendations'> {
  readonly recommendations: readonly NewRecommendation[]
}

export type NewRecommendation = Omit<Recommendation, 'id' | 'feedbackGiven'>

/** Older sets of the same day that nobody gave feedback on are dropped beyond this many. */
const setsKept = 5

/** Stores a set and returns it as the vendor sees it. */
export async function saveRecommendationSet(
  tx: MarketprepTransaction,
  set: NewRecommendationSet,
): Promise<RecommendationSet> {
  const { rows } = await sql<{ id: string; venueName: string }>`
    insert into marketprep.recommendation_sets
      (venue_id, market_date, service_level, summary, generated_at, model_version, weather, events, sources)
    values (${set.venueId}::uuid, ${set.marketDate}::date, ${set.serviceLevel}, ${set.summary},
      ${set.generatedAt}::timestamptz, ${set.modelVersion}, ${JSON.stringify(set.weather)}::jsonb,
      ${JSON.stringify(set.events)}::jsonb, ${JSON.stringify(set.sources)}::jsonb)
    returning id, (select name from marketprep.venues v where v.id = venue_id) as "venueName"`.execute(tx)
  const [stored] = rows
  if (stored === undefined)
    throw new TypeError('Cannot store recommendations: the database answered without a row')
  await insertRecommendations(tx, stored.id, set.recommendations)
  await dropOldSets(tx, set)
  return { ...set, venueName: stored.venueName, recommendations: await recommendationsOf(tx, stored.id) }
}

async function insertRecommendations(
  tx: MarketprepTransaction,
  setId: string,
  items: readonly NewRecommendation[],
): Promise<void> {
  if (items.length === 0) return
  const rows = items.map((item, position) => toRow(item, setId, position))
  await tx.insertInto('marketprep.recommendations').values(rows).execute()
}

function toRow(item: NewRecommendation, setId: string, position: number) {
  return {
    set_id: setId,
    position,
    product_id: item.productId,
    product_name: item.productName,
    category: item.category,
    price_cents: item.priceCents,
    quantity: item.quantity,
    expected_demand: item.expectedDemand,
    interval_low: item.interval80.low,
    interval_high: item.interval80.high,
    confidence: item.confidence,
    confidence_label: item.confidenceLabel,
    baseline: item.baseline,
    reasons: JSON.stringify(item.reasons),
    expected_revenue_cents: item.expectedRevenueCents,
  }
}

/** What another transaction holds is left to it or to the next: two that delete the same sets would wait for each other. */
async function dropOldSets(tx: MarketprepTransaction, set: NewRecommendationSet): Promise<void> {
  await sql`
    delete from marketprep.recommendation_sets where id in (
      select s.id from marketprep.recommendation_sets s
      where s.venue_id = ${set.venueId}::uuid and s.market_date = ${set.marketDate}::date
        and not exists (
          select from marketprep.recommendations r
          join marketprep.feedback f on f.recommendation_id = r.id where r.set_id = s.id
        )
      order by s.id desc offset ${setsKept} for update of s skip locked
    )`.execute(tx)
}

interface SetRow extends Omit<RecommendationSet, 'recommendations'> {
  readonly id: string
}

/** The newest set for a day at a venue; undefined when none was made. */
export async function latestRecommendationSet(
  tx: MarketprepTransaction,
  day: { readonly venueId: string; readonly marketDate: string },
): Promise<RecommendationSet | undefined> {
  const { rows } = await sql<SetRow>`
    select s.id, to_char(s.market_date, 'YYYY-MM-DD') as "marketDate", s.venue_id as "venueId", v.name as "venueName",
      s.service_level as "serviceLevel", s.summary, ${instant('s.generated_at')} as "generatedAt",
      s.model_version as "modelVersion", s.weather, s.events, s.sources
    from marketprep.recommendation_sets s join marketprep.venues v on v.id = s.venue_id
    where s.venue_id = ${day.venueId}::uuid and s.market_date = ${day.marketDate}::date
    order by s.id desc limit 1`.execute(tx)
  const [row] = rows
  if (row === undefined) return undefined
  const { id, ...set } = row
  return { ...set, recommendations: await recommendationsOf(tx, id) }
}

async function recommendationsOf(tx: MarketprepTransaction, setId: string): Promise<Recommendation[]> {
  const { rows } = await sql<Recommendation>`
    select r.id, r.product_id as "productId", r.product_name as "productName", r.category,
      r.price_cents as "priceCents", r.quantity, r.expected_demand as "expectedDemand",
      jsonb_build_object('low', r.interval_low, 'high', r.interval_high) as "interval80",
      r.confidence, r.confidence_label as "confidenceLabel", r.baseline, r.reasons,
      r.expected_revenue_cents::float8 as "expectedRevenueCents",
      exists (
        select from marketprep.feedback f
        where f.venue_id = s.venue_id and f.market_date = s.market_date and f.product_id = r.product_id
      ) as "feedbackGiven"
    from marketprep.recommendations r join marketprep.recommendation_sets s on s.id = r.set_id
    where r.set_id = ${setId}::uuid order by r.position`.execute(tx)
  return rows
}
