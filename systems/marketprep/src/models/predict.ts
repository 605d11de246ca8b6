import {
  forecast,
  heuristicForecast,
  historyBefore,
  type DayQuestion,
  type Forecast,
  type ProductEconomics,
  type SaleDay,
} from '../forecast/index.ts'
import type { ShelvedModel } from './model-shelf.ts'

/** One market day to predict: what was sold before it, and each product in question. */
export interface PredictionRequest {
  readonly vendorId: string
  readonly sales: readonly SaleDay[]
  readonly products: readonly { readonly question: DayQuestion; readonly economics: ProductEconomics }[]
}

/** The forecasts in the order of the products, and the version of the model that made them. */
export interface Prediction {
  readonly modelVersion: string | null
  readonly forecasts: readonly Forecast[]
}

export function predictWithModel({ version, model }: ShelvedModel, request: PredictionRequest): Prediction {
  const [first] = request.products
  if (first === undefined) return { modelVersion: version, forecasts: [] }
  const history = historyBefore(model, request.sales, first.question.date)
  const forecasts = request.products.map((product) => forecast(model, { history, ...product }))
  return { modelVersion: version, forecasts }
}

export function predictWithHeuristic({ sales, products }: PredictionRequest): Prediction {
  const forecasts = products.map(({ question, economics }) => heuristicForecast(sales, question, economics))
  return { modelVersion: null, forecasts }
}
