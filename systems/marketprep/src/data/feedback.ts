import { keysetPage } from '@seaworthy/postgres'
import { sql } from 'kysely'
import type { Feedback, FeedbackBody } from '../contract/feedback.ts'
import { day, instant } from './columns.ts'
import { dataError } from './data-errors.ts'
import { pageOf, type ListOptions, type ListPage } from './list-page.ts'
import type { MarketprepTransaction } from './schema.ts'

/** Every feedback with the recommendation it is about. */
function feedbackOf(tx: MarketprepTransaction) {
  return tx
    .selectFrom('marketprep.feedback as f')
    .innerJoin('marketprep.recommendations as r', 'r.id', 'f.recommendation_id')
    .innerJoin('marketprep.recommendation_sets as s', 's.id', 'r.set_id')
    .select([
      'f.id',
      'f.recommendation_id as recommendationId',
      'r.product_name as productName',
      day('s.market_date').as('marketDate'),
      'r.quantity as recommended',
      'r.expected_demand as expectedDemand',
      'f.brought',
      'f.sold',
      'f.price_cents as priceCents',
      'f.rating',
      'f.comment',
      variancePercent.as('variancePercent'),
      instant('f.submitted_at').as('submittedAt'),
    ])
}

const variancePercent = sql<number | null>`case when r.expected_demand > 0
  then round(((f.sold - r.expected_demand) / r.expected_demand * 100)::numeric, 1)::float8 end`

/** When and where the market of a recommendation is; undefined when the vendor has no such recommendation. */
export async function marketOf(
  tx: MarketprepTransaction,
  recommendationId: string,
): Promise<{ readonly marketDate: string; readonly timeZone: string } | undefined> {
  return tx
    .selectFrom('marketprep.recommendations as r')
    .innerJoin('marketprep.recommendation_sets as s', 's.id', 'r.set_id')
    .innerJoin('marketprep.venues as v', 'v.id', 's.venue_id')
    .select([day('s.market_date').as('marketDate'), 'v.time_zone as timeZone'])
    .where('r.id', '=', recommendationId)
    .executeTakeFirst()
}

/**
 * Stores what a vendor reports. The first report of a product on a market day stands, also when the recommendation was
 * made anew since.
 *
 * @param submittedAt an instant
 * @throws SeaworthyError ERR_RECOMMENDATION_NOT_FOUND, ERR_FEEDBACK_EXISTS
 */
export async function addFeedback(
  tx: MarketprepTransaction,
  body: FeedbackBody,
  submittedAt: string,
): Promise<Feedback> {
  const { rows } = await sql<{ id: string | null }>`
    with about as (
      select r.id, s.venue_id, s.market_date, r.product_id
      from marketprep.recommendations r join marketprep.recommendation_sets s on s.id = r.set_id
      where r.id = ${body.recommendationId}::uuid
    ), stored as (
      insert into marketprep.feedback (recommendation_id, venue_id, market_date, product_id, brought, sold,
        price_cents, rating, comment, submitted_at)
      select id, venue_id, market_date, product_id, ${body.brought}::integer, ${body.sold}::integer,
        ${body.priceCents ?? null}::integer, ${body.rating ?? null}::smallint, ${body.comment ?? null}::text,
        ${submittedAt}::timestamptz
      from about on conflict on constraint feedback_once do nothing returning id
    )
    select (select id from stored) as id from about`.execute(tx)
  const [row] = rows
  if (row === undefined) {
    throw dataError(
      'ERR_RECOMMENDATION_NOT_FOUND',
      `Cannot take feedback on recommendation ${body.recommendationId}: it must be one of the vendor's own`,
      { details: { recommendationId: body.recommendationId } },
    )
  }
  if (row.id === null) {
    throw dataError(
      'ERR_FEEDBACK_EXISTS',
      `Cannot take a second feedback on recommendation ${body.recommendationId}: a product takes one for each market day`,
      { details: { recommendationId: body.recommendationId } },
    )
  }
  return feedbackOf(tx).where('f.id', '=', row.id).executeTakeFirstOrThrow()
}

/** A page of feedback, newest first. */
export async function listFeedback(
  tx: MarketprepTransaction,
  options: ListOptions,
): Promise<ListPage<Feedback>> {
  const by = [
    { column: 'f.submitted_at', type: 'timestamptz' },
    { column: 'f.id', type: 'uuid' },
  ]
  return keysetPage(feedbackOf(tx), { ...pageOf('feedback', options), by, direction: 'desc' })
}
