import { findActiveModel } from '../data/index.ts'
import { historyBefore, parseModel, type ForecastModel, type SalesHistory } from '../forecast/index.ts'
import type { Store } from '../store.ts'
import { SharedReads } from '../shared-reads.ts'
import { modelError } from './model-errors.ts'
import type { PredictionRequest } from './predict.ts'

/** A trained model that is in use. */
export interface ShelvedModel {
  readonly version: string
  readonly model: ForecastModel
}

/** Models in memory, some 200 kB each. */
const modelsMax = 200
/** Histories in memory, some hundreds of kB each. */
const historiesMax = 100

/**
 * The trained models in use, read once per version, and what they make of the sales before a day. Calls at the same time
 * share one reading, which no single caller's abort ends.
 */
export class ModelShelf {
  readonly #store: Store
  readonly #models = new SharedReads<ShelvedModel>(modelsMax)
  readonly #histories = new SharedReads<SalesHistory>(historiesMax)
  #newest: PredictionRequest | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** The newest request that a model answered: asking it again is what proves that predictions work. */
  get newest(): PredictionRequest | undefined {
    return this.#newest
  }

  /** Takes note that a model answered. */
  answered(request: PredictionRequest): void {
    this.#newest = request
  }

  /** @throws SeaworthyError ERR_NO_MODEL when none was trained yet, ERR_FORECAST_MODEL when the stored one is damaged */
  model(request: PredictionRequest): Promise<ShelvedModel> {
    const { vendorId, modelVersion } = request
    if (modelVersion === undefined) return Promise.reject(noModel())
    return this.#models.get(`${vendorId}\n${modelVersion}`, () => this.#read(vendorId))
  }

  /** The sales before the day in question, as the model reads them. Read again only when sales or model changed. */
  history({ version, model }: ShelvedModel, request: PredictionRequest): Promise<SalesHistory> {
    const { vendorId, date, salesStamp, loadSales } = request
    const key = [vendorId, version, date, salesStamp].join('\n')
    return this.#histories.get(key, async () => historyBefore(model, await loadSales('all'), date))
  }

  async #read(vendorId: string): Promise<ShelvedModel> {
    const record = await this.#store.vendor(vendorId, findActiveModel, { readOnly: true })
    if (record === undefined) throw noModel()
    return { version: record.version, model: parseModel(String(record.body)) }
  }
}

function noModel(): Error {
  return modelError('ERR_NO_MODEL', 'Cannot forecast with a model: one must have been trained, none was')
}
