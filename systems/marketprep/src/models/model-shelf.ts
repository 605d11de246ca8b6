import { activeModelVersion, findActiveModel } from '../data/index.ts'
import { parseModel, type ForecastModel } from '../forecast/index.ts'
import type { Store } from '../store.ts'
import { modelError } from './model-errors.ts'

/** A trained model that is in use. */
export interface ShelvedModel {
  readonly version: string
  readonly model: ForecastModel
}

/** How many vendors' models stay in memory; the one not asked for longest leaves first. A model is some 200 kB. */
const modelsMax = 200

/** The trained models in use, read once per version. */
export class ModelShelf {
  readonly #store: Store
  readonly #models = new Map<string, ShelvedModel>()

  constructor(store: Store) {
    this.#store = store
  }

  /** @throws SeaworthyError ERR_NO_MODEL when none was trained yet */
  async get(vendorId: string, signal?: AbortSignal): Promise<ShelvedModel> {
    const known = this.#models.get(vendorId)
    const options = { readOnly: true, signal }
    const version = await this.#store.vendor(vendorId, activeModelVersion, options)
    if (known !== undefined && known.version === version) return this.#keep(vendorId, known)
    const record = await this.#store.vendor(vendorId, findActiveModel, options)
    if (record === undefined) {
      throw modelError('ERR_NO_MODEL', 'Cannot forecast with a model: one must have been trained, none was')
    }
    return this.#keep(vendorId, { version: record.version, model: parseModel(String(record.body)) })
  }

  #keep(vendorId: string, model: ShelvedModel): ShelvedModel {
    this.#models.delete(vendorId)
    this.#models.set(vendorId, model)
    const [oldest] = this.#models.keys()
    if (this.#models.size > modelsMax && oldest !== undefined) this.#models.delete(oldest)
    return model
  }
}
