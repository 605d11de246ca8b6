import { sql } from 'kysely'
import type { FeedbackStats } from '../contract/feedback.ts'
import type { MarketprepTransaction } from './schema.ts'

/**
 * How good the recommendations of the days from `since` on were.
 *
 * Sales are demand cut off at what was brought. A day that sold out with at least the interval's low counts as inside
 * unless it sold more than its high; one that sold out below the low says nothing and is left out of the coverage.
 * Overstock: more than a fifth of what was brought came home. Understock: sold out.
 */
export async function feedbackStats(tx: MarketprepTransaction, since: string): Promise<FeedbackStats> {
  const { rows } = await sql<FeedbackStats>`
    select count(*)::integer as total,
      round(avg(f.rating), 2)::float8 as "averageRating",
      round((100 * sum(abs(f.sold - r.expected_demand)) / nullif(sum(f.sold), 0))::numeric, 1)::float8 as "wapePercent",
      ${percent(sql`f.sold between r.interval_low and r.interval_high`, sql`f.sold < f.brought or f.sold >= r.interval_low`)}
        as "intervalCoveragePercent",
      ${percent(sql`(f.brought - f.sold) * 5 > f.brought`, sql`f.brought > 0`)} as "overstockPercent",
      ${percent(sql`f.sold >= f.brought`, sql`f.brought > 0`)} as "understockPercent"
    from marketprep.feedback f
    join marketprep.recommendations r on r.id = f.recommendation_id
    join marketprep.recommendation_sets s on s.id = r.set_id
    where s.market_date >= ${since}::date`.execute(tx)
  return rows[0] as FeedbackStats
}

/** The share, in percent, of the rows that hold among those that count; null when none counts. */
function percent(holds: ReturnType<typeof sql>, counts: ReturnType<typeof sql>) {
  return sql`round(100.0 * count(*) filter (where (${holds}) and (${counts}))
    / nullif(count(*) filter (where ${counts}), 0), 1)::float8`
}
