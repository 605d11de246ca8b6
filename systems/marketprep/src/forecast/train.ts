import { defineOptions, integer, matching, optional, seededRandom, type Resolved } from 'seaworthy/core'
import { dateOf } from './calendar.ts'
import { features } from './features.ts'
import { forecastError } from './forecast-errors.ts'
import { buildTrainingData, type RowRange } from './feature-matrix.ts'
import { fitLinearDemand } from './linear-training.ts'
import { forecastModelVersion, type ForecastModel } from './forecast-model.ts'
import { scoreRow, type BoostedTrees } from './boosted-trees.ts'
import {
  boost,
  resolveBoostingOptions,
  type BoostingData,
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
 * A Poisson regression is fitted to all sales. Trees then learn what it misses: from the newer half of the sales, block
 * by block as a regression forecast them that knew only the sales before. The number of trees is the one that forecast
 * the newest fifth best, and the interval is calibrated on forecasts of the newest two fifths by trees that had not seen
 * them.
 *
 * @throws SeaworthyError ERR_FORECAST_HISTORY when there are fewer sales than `salesMin`, or they are of hardly any days
 * @throws SeaworthyError ERR_FORECAST_INPUT when a sale has a value outside its range
 */
export function trainForecast(sales: readonly SaleDay[], options?: TrainOptions): ForecastModel {
  const resolved = resolveTrainOptions(options)
  const boosting = resolveBoostingOptions(resolved.boosting)
  const sorted = sortSales(sales).slice(-resolved.salesMax)
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (first === undefined || last === undefined || sorted.length < resolved.salesMin)
    throw tooFew(sorted.length, resolved)
  const starts = blockShares.map((share) => dayStart(sorted, share))
  if ((starts[0] ?? 0) < olderHalfMin) throw tooFewDays(first.day, last.day)
  const blocks = starts.slice(1).map((to, index) => ({ from: starts[index] as number, to }))
  const data = buildTrainingData(sorted, blocks, resolved.leadDays)
  const { outcomes, rounds } = backtest(data, blocks, { options: boosting, seed: resolved.seed })
  const all = { trainCount: data.target.length, stopCount: data.target.length }
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
    linear: fitLinearDemand(sorted),
    boosted: model,
    calibration: calibrateInterval(outcomes),
    check: { outcomeCount: outcomes.length, wape: wapeOf(outcomes) },
  })
}

interface Backtest {
  readonly outcomes: readonly Outcome[]
  readonly rounds: number
}

/** How many of the blocks are forecast in each step, newest first: the first step finds the number of trees. */
const backtestSteps = [2, 1, 1] as const

/** Forecasts the newest blocks by trees that were grown from the blocks before them. */
function backtest(data: BoostingData, blocks: readonly RowRange[], control: BacktestControl): Backtest {
  const outcomes: Outcome[] = []
  const first = blocks[0]?.from ?? 0
  let rounds = control.options.roundsMax
  let end = blocks.length
  for (const [step, count] of backtestSteps.entries()) {
    const range = {
      trainCount: (blocks[end - count]?.from ?? first) - first,
      stopCount: (blocks[end - 1]?.to ?? first) - first,
    }
    end -= count
    if (range.trainCount < 1) continue
    const isNewest = step === 0
    const { model, bestRounds } = boost(
      data,
      { ...range, stopCount: isNewest ? range.stopCount : range.trainCount },
      {
        options: { ...control.options, roundsMax: rounds },
        random: seededRandom(`${control.seed}/${step}`),
      },
    )
    if (isNewest) rounds = bestRounds
    for (let row = range.trainCount; row < range.stopCount; row++) outcomes.push(outcomeOf(data, model, row))
  }
  return { outcomes, rounds }
}

interface BacktestControl {
  readonly options: ResolvedBoostingOptions
  readonly seed: string | number
}

function outcomeOf({ matrix, offset, target }: BoostingData, model: BoostedTrees, row: number): Outcome {
  const score = scoreRow(model, matrix.values, row * matrix.columnCount)
  return { mean: (offset[row] as number) * Math.exp(score), sold: target[row] as number }
}

/** The first regression needs this many sales before the day on which the newer half begins. */
const olderHalfMin = 20

/** Where the blocks begin and end that trees learn from: the older half of the sales is left to the linear part. */
const blockShares = [0.5, 0.6, 0.7, 0.8, 0.9, 1] as const

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

function tooFewDays(firstDay: number, lastDay: number): Error {
  const [from, to] = [dateOf(firstDay), dateOf(lastDay)]
  return forecastError(
    'ERR_FORECAST_HISTORY',
    `Cannot train a forecast: at least ${olderHalfMin} sales must be of days in the older half, received sales from ${from} to ${to}`,
    { details: { from, to } },
  )
}
