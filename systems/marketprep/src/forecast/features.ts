import { monthOf, weekdayOf, yearAngle } from './calendar.ts'
import type { LinearScore } from './linear-demand.ts'
import { seasonalNormOf } from './linear-terms.ts'
import {
  eventBucket,
  weatherBucket,
  type PairHistory,
  type ProductHistory,
  type SalesHistory,
} from './sales-history.ts'
import type { Tally } from './tally.ts'
import type { DayQuestion, ReasonGroup } from './types.ts'

/**
 * What the model sees of a question. Everything about the past comes from a {@link SalesHistory} that ends before the
 * question's day. Sales enter as logarithms of their ratio to the usual sales, so that what is learnt from one product
 * holds for another of a different size.
 */

/** One column of the matrix. */
export interface Feature {
  /** For people. */
  readonly name: string
  readonly group: ReasonGroup
}

interface Facts extends RowSource {
  readonly usual: number
  readonly linear: LinearScore
  readonly product: ProductHistory | undefined
  readonly pair: PairHistory | undefined
}

interface Column extends Feature {
  /** NaN when unknown. */
  readonly read: (facts: Facts) => number
}

const columns: readonly Column[] = [
  column('day of the week', 'season', ({ day }) => weekdayOf(day)),
  column('time of year (spring or autumn)', 'season', ({ day }) => Math.sin(yearAngle(day))),
  column('time of year (winter or summer)', 'season', ({ day }) => Math.cos(yearAngle(day))),
  column('month', 'season', ({ day }) => monthOf(day)),
  column('last 4 market days here', 'recent sales', (facts) => recentRatio(facts, 4)),
  column('last 8 market days here', 'recent sales', (facts) => recentRatio(facts, 8)),
  column('same weekday here', 'recent sales', ({ day, pair }) => ratio(pair?.weekdays[weekdayOf(day)], 20)),
  column('recent sales of the product', 'recent sales', ({ product }) => ratio(product?.lately, 20)),
  column('usual sales of the product', 'recent sales', ({ usual }) => Math.log(usual)),
  column('days since the last sale', 'recent sales', ({ day, pair }) =>
    pair === undefined ? Number.NaN : day - pair.lastDay,
  ),
  column('venue lately', 'venue', ({ question, history }) => ratio(history.venues.get(question.venueId), 60)),
  column('temperature', 'weather', ({ question }) => question.weather?.temperatureMaxC ?? Number.NaN),
  column('warmer or colder than usual', 'weather', ({ question, day, history }) =>
    question.weather === undefined
      ? Number.NaN
      : question.weather.temperatureMaxC - seasonalNormOf(history.linear.centres.norm, day),
  ),
  column('rain', 'weather', ({ question }) => question.weather?.precipitationMm ?? Number.NaN),
  column(
    'chance of rain',
    'weather',
    ({ question }) => question.weather?.precipitationProbability ?? Number.NaN,
  ),
  column('sky', 'weather', ({ question }) => question.weather?.code ?? Number.NaN),
  column('sales in weather like this', 'weather', ({ question, history }) =>
    question.weather === undefined
      ? Number.NaN
      : Math.log(
          history.weather.ratio(question.productId, question.category, weatherBucket(question.weather)),
        ),
  ),
  column('usual effect of the weather', 'weather', ({ linear }) => logOf(linear, 'weather')),
  column('usual effect of the event', 'event', ({ linear }) => logOf(linear, 'event')),
  column('event nearby', 'event', ({ question }) => Math.log1p(question.event?.attendance ?? 0)),
  column('sales at events like this', 'event', ({ question, history }) =>
    Math.log(
      history.events.ratio(
        question.productId,
        question.category,
        eventBucket(question.event?.attendance ?? 0),
      ),
    ),
  ),
  column('price', 'price', ({ question }) => question.priceCents),
  column('how long the product is sold', 'trend', ({ day, product }) =>
    product === undefined ? Number.NaN : day - product.firstDay,
  ),
  column('business as a whole lately', 'trend', ({ history }) => ratio(history.lately, 100)),
]

/** The columns of the matrix, in order. */
export const features: readonly Feature[] = Object.freeze(
  columns.map(({ name, group }) => Object.freeze({ name, group })),
)

/** What a row of the matrix is about. */
export interface RowSource {
  readonly question: DayQuestion
  readonly day: number
  readonly history: SalesHistory
}

/** Where to put a row of the matrix. */
export interface RowTarget {
  readonly values: Float64Array
  readonly offset: number
}

/** Writes one row and returns the usual demand: what the trees correct. */
export function writeFeatures({ question, day, history }: RowSource, target: RowTarget): number {
  const product = history.products.get(question.productId)
  const pair = product?.pairs.get(question.venueId)
  const linear = history.linear.score(question, day)
  const facts: Facts = {
    linear,
    question,
    day,
    history,
    usual: history.usual(question, day),
    product,
    pair,
  }
  let at = target.offset
  for (const { read } of columns) target.values[at++] = read(facts)
  return facts.usual
}

function column(name: string, group: ReasonGroup, read: Column['read']): Column {
  return { name, group, read }
}

function recentRatio({ pair }: Facts, days: number): number {
  if (pair === undefined) return Number.NaN
  let [sold, usual] = [recentStrengthUnits, recentStrengthUnits]
  for (const past of pair.recent.slice(-days)) {
    sold += past.sold
    usual += past.usual
  }
  return Math.log(sold / usual)
}

const recentStrengthUnits = 10

/** The logarithm of sold by usual, drawn to 0 as if `strengthUnits` more had been sold as usual. */
function ratio(tally: Tally | undefined, strengthUnits: number): number {
  return tally === undefined || tally.count === 0 ? Number.NaN : Math.log(tally.mean(1, strengthUnits))
}

function logOf({ parts }: LinearScore, group: ReasonGroup): number {
  return parts.reduce((sum, part) => (part.group === group ? sum + part.log : sum), 0)
}
