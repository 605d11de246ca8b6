import { defineOptions, integer, matching, optional, seededRandom, type Resolved } from 'seaworthy/core'
import { dateOf } from './calendar.ts'
import { features } from './features.ts'
import { forecastError } from './forecast-errors.ts'
import { buildTrainingData } from './feature-matrix.ts'
import { LinearEvaluator } from './linear-demand.ts'
import { fitLinearDemand } from './linear-training.ts'
import { forecastModelVersion, type ForecastModel } from './forecast-model.ts'
import { scoreRow } from './boosted-trees.ts'
import {
  boost,
  resolveBoostingOptions,
  type BoostingOptions,
  type ResolvedBoostingOptions,
} from './gradient-boosting.ts'
import { calibrateInterval, type Outcome } from './interval.ts'
import { sortSales, type DatedSale } from './sale-order.ts'
import type { SaleDay } from './types.ts'

export interface TrainOptions {
  /** The same seed and sales give the same model. Default 'forecast'. */
  readonly seed?: string | number
  /** How many days before a market day its last usable sales are, from 1. Default 1. */
  readonly leadDays?: number
  /** The fewest sales to train from. Default 60. */
  readonly salesMin?: number
  /** The most sales to train from; of more the newest are taken. Default 100000. */
  readonly salesMax?: number
  readonly boosting?: BoostingOptions
}

export const trainDefaults = {
  seed: 'forecast',
  leadDays: 1,
  salesMin: 60,
  salesMax: 100_000,
} as const satisfies TrainOptions

const fields = {
  seed: matching(
    'text or a number',
    (value): value is string | number => typeof value === 'string' || typeof value === 'number',
  ),
  leadDays: integer(1, 60),
  salesMin: integer(30, 1_000_000),
  salesMax: integer(30, 1_000_000),
  boosting: optional(
    matching('an object', (value): value is BoostingOptions => typeof value === 'object' && value !== null),
  ),
}

type ResolvedTrainOptions = Resolved<typeof fields>

const resolveTrainOptions: (input?: TrainOptions) => ResolvedTrainOptions = defineOptions(
  'forecast training',
  trainDefaults,
  fields,
)

/**
 * Trains a model from one vendor's sales, one for each product, venue and day.
 *
 * The number of trees is the one that forecast the newest fifth of the days best; the interval is calibrated on
 * forecasts of the newest two fifths by models that had seen only the days before; the model itself is then
 * trained from all sales.
 *
 * @throws SeaworthyError ERR_FORECAST_HISTORY when there are fewer sales than `salesMin`
 * @throws SeaworthyError ERR_FORECAST_INPUT when a sale has a value outside its range
 */
export function trainForecast(sales: readonly SaleDay[], options?: TrainOptions): ForecastModel {
  const resolved = resolveTrainOptions(options)
  const boosting = resolveBoostingOptions(resolved.boosting)
  const sorted = sortSales(sales).slice(-resolved.salesMax)
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined || sorted.length < resolved.salesMin)
    throw tooFew(sorted.length, resolved)
  const { outcomes, rounds } = backtest(sorted, boosting, resolved)
  const linear = fitLinearDemand(sorted)
  const data = buildTrainingData(sorted, new LinearEvaluator(linear), resolved.leadDays)
  const all = { trainCount: sorted.length, stopCount: sorted.length }
  const { model } = boost(data, all, {
    options: { ...boosting, roundsMax: rounds },
    random: seededRandom(`${resolved.seed}/all`),
  })
  return Object.freeze({
    version: forecastModelVersion,
    seed: String(resolved.seed),
    trainedFrom: dateOf(first.day),
    trainedTo: dateOf(last.day),
    saleCount: sorted.length,
    leadDays: resolved.leadDays,
    features: features.map(({ name }) => name),
    linear,
    boosted: model,
    calibration: calibrateInterval(outcomes),
    check: { outcomeCount: outcomes.length, wape: wapeOf(outcomes) },
  })
}

interface Backtest {
  readonly outcomes: readonly Outcome[]
  readonly rounds: number
}

/** Newest part first: it finds the number of trees that the older parts then use. */
function backtest(
  sales: readonly DatedSale[],
  boosting: ResolvedBoostingOptions,
  { seed, leadDays }: ResolvedTrainOptions,
): Backtest {
  const outcomes: Outcome[] = []
  let rounds = boosting.roundsMax
  for (const [from, to] of [
    [0.8, 1],
    [0.7, 0.8],
    [0.6, 0.7],
  ] as const) {
    const [trainCount, end] = [dayStart(sales, from), dayStart(sales, to)]
    if (trainCount < foldSalesMin) continue
    const linear = fitLinearDemand(sales.slice(0, trainCount))
    const data = buildTrainingData(sales.slice(0, end), new LinearEvaluator(linear), leadDays)
    const isNewest = to === 1
    const { model, bestRounds } = boost(
      data,
      { trainCount, stopCount: isNewest ? end : trainCount },
      { options: { ...boosting, roundsMax: rounds }, random: seededRandom(`${seed}/${from}`) },
    )
    if (isNewest) rounds = bestRounds
    for (let row = trainCount; row < end; row++) {
      const score = scoreRow(model, data.matrix.values, row * data.matrix.columnCount)
      outcomes.push({
        mean: (data.offset[row] as number) * Math.exp(score),
        sold: data.target[row] as number,
      })
    }
  }
  return { outcomes, rounds }
}

/** Fewer sales than this say nothing about how well a model forecasts. */
const foldSalesMin = 20

/** The first sale of the day that lies at the share of the sales: a day is never divided. */
function dayStart(sales: readonly DatedSale[], share: number): number {
  let row = Math.floor(sales.length * share)
  while (row > 0 && row < sales.length && sales[row]?.day === sales[row - 1]?.day) row--
  return row
}

function wapeOf(outcomes: readonly Outcome[]): number {
  let [error, sold] = [0, 0]
  for (const outcome of outcomes) {
    error += Math.abs(outcome.mean - outcome.sold)
    sold += outcome.sold
  }
  return sold === 0 ? 0 : error / sold
}

function tooFew(count: number, { salesMin }: ResolvedTrainOptions): Error {
  return forecastError(
    'ERR_FORECAST_HISTORY',
    `Cannot train a forecast: sales must be at least ${salesMin} on several days, received ${count}`,
    { details: { count, salesMin } },
  )
}
