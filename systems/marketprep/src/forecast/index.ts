/**
 * What a vendor should expect to sell on a market day, and how much to bring: gradient boosting of counts on the
 * vendor's own sales, with an interval that holds what it says and reasons that add up.
 *
 * @module
 */

export { dayNumber } from './calendar.ts'
export { confidenceBounds, confidenceLabelOf, confidenceOf, type ConfidenceInput } from './confidence.ts'
export {
  cumulative,
  midRange,
  quantile,
  type CountDistribution,
  type Cumulative,
} from './count-distribution.ts'
export { coverage, stockingCostCents, wape, type Evaluated, type Stocked } from './evaluate.ts'
export { explainQuestion, forecast, historyBefore, type ForecastInput } from './forecast.ts'
export { forecastErrors, type ForecastErrorCode } from './forecast-errors.ts'
export { forecastModelVersion, parseModel, serialiseModel, type ForecastModel } from './forecast-model.ts'
export { boostingDefaults, type BoostingOptions } from './gradient-boosting.ts'
export { heuristicForecast, heuristicMean } from './heuristic.ts'
export { criticalFractile, criticalFractileMax, stockQuantity } from './newsvendor.ts'
export { SalesHistory } from './sales-history.ts'
export {
  ForecastTrainer,
  trainerDefaults,
  type TrainCall,
  type Trained,
  type TrainerOptions,
} from './train-off-thread.ts'
export { trainDefaults, trainForecast, type TrainOptions } from './train.ts'
export {
  reasonGroups,
  type ConfidenceLabel,
  type DayEvent,
  type DayQuestion,
  type DayWeather,
  type Forecast,
  type ProductEconomics,
  type Reason,
  type ReasonGroup,
  type SaleDay,
} from './types.ts'
