import { attributeRow } from './boosted-trees.ts'
import { confidenceLabelOf, confidenceOf } from './confidence.ts'
import type { CountDistribution } from './count-distribution.ts'
import { features, writeFeatures } from './features.ts'
import type { ForecastModel } from './forecast-model.ts'
import { distributionOf, interval80 } from './interval.ts'
import { LinearEvaluator } from './linear-demand.ts'
import { stockQuantity } from './newsvendor.ts'
import { explainDemand, roundDemand, type ExplainedDemand } from './reasons.ts'
import { checkQuestion, sortSales } from './sale-order.ts'
import { SalesHistory } from './sales-history.ts'
import { dayNumber } from './calendar.ts'
import type { DayQuestion, Forecast, ProductEconomics, SaleDay } from './types.ts'

/** What is asked, and what is known. */
export interface ForecastInput {
  /** From {@link historyBefore} for the question's day. */
  readonly history: SalesHistory
  readonly question: DayQuestion
  readonly economics: ProductEconomics
}

/**
 * The history that a forecast of `date` may use: the sales of days before it. Make it once for all products of a day.
 *
 * @throws SeaworthyError ERR_FORECAST_INPUT when a sale has a value outside its range
 */
export function historyBefore(model: ForecastModel, sales: readonly SaleDay[], date: string): SalesHistory {
  const end = dayNumber(date)
  const history = new SalesHistory(new LinearEvaluator(model.linear))
  for (const { sale, day } of sortSales(sales)) {
    if (day >= end) break
    history.observe(sale, day)
  }
  return history
}

/**
 * Forecasts one product on one market day.
 *
 * @throws SeaworthyError ERR_FORECAST_INPUT when the question or the economics have a value outside its range
 */
export function forecast(model: ForecastModel, { history, question, economics }: ForecastInput): Forecast {
  const demand = explainQuestion(model, history, question)
  const distribution: CountDistribution = distributionOf(model.calibration, demand.expected)
  const interval = interval80(distribution)
  const days = history.products.get(question.productId)?.pairs.get(question.venueId)?.days ?? 0
  const confidence = confidenceOf({ days, expected: demand.expected, interval80: interval })
  return Object.freeze({
    ...roundDemand(demand),
    interval80: interval,
    quantity: stockQuantity(distribution, economics),
    confidence,
    confidenceLabel: confidenceLabelOf(confidence),
  })
}

/** The expected demand and what it is made of, unrounded. */
export function explainQuestion(
  model: ForecastModel,
  history: SalesHistory,
  question: DayQuestion,
): ExplainedDemand {
  const day = checkQuestion(question)
  const values = new Float64Array(features.length)
  const usual = writeFeatures({ question, day, history }, { values, offset: 0 })
  const linear = history.linear.score(question, day)
  const { base, contributions } = attributeRow(model.boosted, values)
  const parts = features.map(({ group, name }, index) => ({ group, name, log: contributions[index] ?? 0 }))
  // The usual demand is the linear part times the level of a new product, which belongs to the baseline.
  const level = Math.log(usual) - linear.total
  return explainDemand(Math.exp(linear.base + level + base), [...linear.parts, ...parts])
}
