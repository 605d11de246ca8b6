import { findActiveModel } from '../data/index.ts'
import { historyBefore, parseModel, type ForecastModel, type SalesHistory } from '../forecast/index.ts'
import type { Store } from '../store.ts'
import { BoundedMemo } from './bounded-memo.ts'
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

/** The trained models in use, read once per version, and what they make of the sales before a day. */
export class ModelShelf {
  readonly #store: Store
  readonly #models = new BoundedMemo<ShelvedModel>(modelsMax)
  readonly #histories = new BoundedMemo<SalesHistory>(historiesMax)
  #newest: PredictionRequest | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** The newest request: asking it again is what proves that predictions work. */
  get newest(): PredictionRequest | undefined {
    return this.#newest
  }

  /** @throws SeaworthyError ERR_NO_MODEL when none was trained yet */
  async model(request: PredictionRequest, signal?: AbortSignal): Promise<ShelvedModel> {
    this.#newest = request
    const { vendorId, modelVersion } = request
    const known = this.#models.get(vendorId)
    if (known !== undefined && known.version === modelVersion) return known
    const record = await this.#store.vendor(vendorId, findActiveModel, { readOnly: true, signal })
    if (record === undefined) {
      throw modelError('ERR_NO_MODEL', 'Cannot forecast with a model: one must have been trained, none was')
    }
    const shelved = { version: record.version, model: parseModel(String(record.body)) }
    this.#models.set(vendorId, shelved)
    return shelved
  }

  /** The sales before the day in question, as the model reads them. Read again only when sales or model changed. */
  async history(
    { version, model }: ShelvedModel,
    request: PredictionRequest,
    signal?: AbortSignal,
  ): Promise<SalesHistory> {
    const { vendorId, date, salesStamp, loadSales } = request
    const key = [vendorId, version, date, salesStamp].join('\n')
    const known = this.#histories.get(key)
    if (known !== undefined) return known
    const history = historyBefore(model, await loadSales('all', signal), date)
    this.#histories.set(key, history)
    return history
  }
}
