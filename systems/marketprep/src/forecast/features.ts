import { monthOf, weekdayOf, yearAngle } from './calendar.ts'
import { eventBucket, weatherBucket, type PairHistory, type SalesHistory } from './sales-history.ts'
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

/** The harmonic mean temperature of a day of the year: a + b sin(angle) + c cos(angle), in degrees C. */
export type SeasonalNorm = readonly [a: number, b: number, c: number]

interface Facts {
  readonly question: DayQuestion
  readonly day: number
  readonly history: SalesHistory
  readonly norm: SeasonalNorm
  readonly usual: ReturnType<SalesHistory['usual']>
  readonly product: ReturnType<SalesHistory['products']['get']>
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
  column('the same month before', 'season', ({ question, day, history }) =>
    Math.log(history.months.ratio(question.productId, question.category, monthOf(day))),
  ),
  column('last 4 market days here', 'recent sales', (facts) => recentRatio(facts, 4)),
  column('last 8 market days here', 'recent sales', (facts) => recentRatio(facts, 8)),
  column('same weekday here', 'recent sales', ({ day, pair, usual }) => {
    const tally = pair?.weekdays[weekdayOf(day)]
    return tally === undefined || tally.count === 0
      ? Number.NaN
      : Math.log(tally.mean(usual.pair, 4) / usual.pair)
  }),
  column('recent sales of the product', 'recent sales', ({ product }) => lately(product?.surplus, 20)),
  column('usual sales of the product', 'recent sales', ({ usual }) => Math.log(usual.product)),
  column('days since the last sale', 'recent sales', ({ day, pair }) =>
    pair === undefined ? Number.NaN : day - pair.lastDay,
  ),
  column('venue compared with others', 'venue', ({ usual }) => Math.log(usual.venueRatio)),
  column('product at this venue', 'venue', ({ usual }) =>
    Math.log(usual.pair / (usual.product * usual.venueRatio)),
  ),
  column('temperature', 'weather', ({ question }) => question.weather?.temperatureMaxC ?? Number.NaN),
  column('warmer or colder than usual', 'weather', ({ question, day, norm }) =>
    question.weather === undefined
      ? Number.NaN
      : question.weather.temperatureMaxC - seasonalNormOf(norm, day),
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
  column('price against its usual', 'price', ({ question, product }) =>
    product === undefined || question.priceCents <= 0
      ? Number.NaN
      : Math.log(question.priceCents / product.price.mean(question.priceCents, 0.01)),
  ),
  column('price', 'price', ({ question }) => question.priceCents),
  column('how long the product is sold', 'trend', ({ day, product }) =>
    product === undefined ? Number.NaN : day - product.firstDay,
  ),
  column('business as a whole lately', 'trend', ({ history }) => lately(history.surplus, 100)),
  column('time', 'trend', ({ day }) => day),
]

/** The columns of the matrix, in order. */
export const features: readonly Feature[] = Object.freeze(
  columns.map(({ name, group }) => Object.freeze({ name, group })),
)

/** Where to put a row of the matrix. */
export interface RowTarget {
  readonly values: Float64Array
  readonly offset: number
}

/** Writes one row and returns the usual sales: the baseline that the model corrects. */
export function writeFeatures(
  question: DayQuestion,
  day: number,
  context: { readonly history: SalesHistory; readonly norm: SeasonalNorm },
  target: RowTarget,
): number {
  const usual = context.history.usual(question)
  const product = context.history.products.get(question.productId)
  const pair = product?.pairs.get(question.venueId)
  const facts: Facts = { question, day, ...context, usual, product, pair }
  let at = target.offset
  for (const { read } of columns) target.values[at++] = read(facts)
  return usual.pair
}

/** The usual temperature of the day. */
export function seasonalNormOf([a, b, c]: SeasonalNorm, day: number): number {
  const angle = yearAngle(day)
  return a + b * Math.sin(angle) + c * Math.cos(angle)
}

function column(name: string, group: ReasonGroup, read: Column['read']): Column {
  return { name, group, read }
}

function recentRatio({ pair, usual }: Facts, days: number): number {
  if (pair === undefined) return Number.NaN
  const { recent } = pair
  const from = Math.max(0, recent.length - days)
  let sum = usual.pair
  for (let i = from; i < recent.length; i++) sum += recent[i] ?? 0
  return Math.log(sum / (recent.length - from + 1) / usual.pair)
}

function lately(surplus: Facts['history']['surplus'] | undefined, strengthUnits: number): number {
  return surplus === undefined || surplus.count === 0 ? Number.NaN : Math.log(surplus.mean(1, strengthUnits))
}
