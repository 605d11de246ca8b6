import { defineOptions, integer, matching, optional, seededRandom, type Resolved } from 'seaworthy/core'
import { dateOf } from './calendar.ts'
import { features } from './features.ts'
import { forecastError } from './forecast-errors.ts'
import { buildTrainingData, fitSeasonalNorm, type TrainingData } from './feature-matrix.ts'
import { forecastModelVersion, type ForecastModel } from './forecast-model.ts'
import { scoreRow } from './boosted-trees.ts'
import {
  boost,
  resolveBoostingOptions,
  type BoostingOptions,
  type ResolvedBoostingOptions,
} from './gradient-boosting.ts'
import { calibrateInterval, type Outcome } from './interval.ts'
import { estimatePriorStrengths } from './prior-strengths.ts'
import { sortSales } from './sale-order.ts'
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
 * forecasts of each of the newest three fifths by a model that had seen only the days before; the model itself is then
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
  const strengths = estimatePriorStrengths(sorted)
  const norm = fitSeasonalNorm(sorted)
  const data = buildTrainingData(sorted, { strengths, norm, leadDays: resolved.leadDays })
  if (data.matrix.rowCount < resolved.salesMin / 2) throw tooFew(data.matrix.rowCount, resolved)
  const { outcomes, rounds } = backtest(data, boosting, resolved.seed)
  const all = { trainCount: data.matrix.rowCount, stopCount: data.matrix.rowCount }
  const { model } = boost(data, all, { ...boosting, roundsMax: rounds }, seededRandom(`${resolved.seed}/all`))
  return Object.freeze({
    version: forecastModelVersion,
    seed: String(resolved.seed),
    trainedFrom: dateOf(first.day),
    trainedTo: dateOf(last.day),
    saleCount: sorted.length,
    leadDays: resolved.leadDays,
    features: features.map(({ name }) => name),
    strengths,
    norm,
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
function backtest(data: TrainingData, boosting: ResolvedBoostingOptions, seed: string | number): Backtest {
  const outcomes: Outcome[] = []
  let rounds = boosting.roundsMax
  for (const [from, to] of [
    [0.8, 1],
    [0.6, 0.8],
    [0.4, 0.6],
  ] as const) {
    const range = { trainCount: dayStart(data, from), stopCount: dayStart(data, to) }
    if (range.trainCount < 20) continue
    const isNewest = to === 1
    const { model, bestRounds } = boost(
      data,
      isNewest ? range : { trainCount: range.trainCount, stopCount: range.trainCount },
      { ...boosting, roundsMax: rounds },
      seededRandom(`${seed}/${from}`),
    )
    if (isNewest) rounds = Math.max(1, bestRounds)
    for (let row = range.trainCount; row < range.stopCount; row++) {
      const score = scoreRow(model, data.matrix.values, row * data.matrix.columnCount)
      outcomes.push({
        mean: (data.offset[row] as number) * Math.exp(score),
        sold: data.target[row] as number,
      })
    }
  }
  return { outcomes, rounds }
}

/** The first row of the day that lies at the share of the rows: a day is never divided. */
function dayStart({ days, matrix }: TrainingData, share: number): number {
  let row = Math.floor(matrix.rowCount * share)
  while (row > 0 && row < matrix.rowCount && days[row] === days[row - 1]) row--
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
