import {
  forecast,
  heuristicForecast,
  type DayQuestion,
  type Forecast,
  type ProductEconomics,
  type SaleDay,
} from '../forecast/index.ts'
import type { ModelShelf } from './model-shelf.ts'

/** One market day to predict. */
export interface PredictionRequest {
  readonly vendorId: string
  readonly date: string
  /** The version of the model in use; undefined before the first training. */
  readonly modelVersion: string | undefined
  /** Changes whenever the sales do. */
  readonly salesStamp: string
  /** The sales before the day: those of the last weeks, or all that a model learns from. */
  readonly loadSales: (range: 'recent' | 'all', signal?: AbortSignal) => Promise<readonly SaleDay[]>
  readonly products: readonly { readonly question: DayQuestion; readonly economics: ProductEconomics }[]
}

/** The forecasts in the order of the products, and the version of the model that made them. */
export interface Prediction {
  readonly modelVersion: string | null
  readonly forecasts: readonly Forecast[]
}

/** @throws SeaworthyError ERR_NO_MODEL, ERR_FORECAST_MODEL, ERR_FORECAST_INPUT, the errors of the database */
export async function predictWithModel(models: ModelShelf, request: PredictionRequest): Promise<Prediction> {
  const shelved = await models.model(request)
  const history = await models.history(shelved, request)
  const forecasts = request.products.map((product) => forecast(shelved.model, { history, ...product }))
  models.answered(request)
  return { modelVersion: shelved.version, forecasts }
}

export async function predictWithHeuristic({ loadSales, products }: PredictionRequest): Promise<Prediction> {
  const sales = await loadSales('recent')
  const forecasts = products.map(({ question, economics }) => heuristicForecast(sales, question, economics))
  return { modelVersion: null, forecasts }
}

/** Asks the newest prediction again; before the first there is nothing to ask. */
export async function probePrediction(models: ModelShelf): Promise<void> {
  if (models.newest !== undefined) await predictWithModel(models, models.newest)
}
