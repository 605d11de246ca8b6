import { errorCode, type Clock } from 'seaworthy/core'
import type { Logger } from 'seaworthy/telemetry'
import { activateForecastModel, addDays, salesHistory } from '../data/index.ts'
import { serialiseModel, type ForecastTrainer } from '../forecast/index.ts'
import { dayIn } from '../market-days.ts'
import type { Store } from '../store.ts'

/** How far back sales are learnt from. */
const historyDays = 3 * 366

export interface TrainingOptions {
  readonly store: Store
  readonly trainer: ForecastTrainer
  readonly clock: Clock
  readonly logger: Logger
}

/** How a training ended. `too-few`: there is not enough to learn from yet, and the rule of thumb goes on answering. */
export type TrainingOutcome = 'trained' | 'too-few' | 'failed'

/** Trains a vendor's model from all stored sales and puts it in use. */
export class Training {
  readonly #options: TrainingOptions
  readonly #running = new Map<string, Promise<TrainingOutcome>>()

  constructor(options: TrainingOptions) {
    this.#options = options
  }

  /** Trains now; a training of the same vendor that is under way is shared. Never rejects. */
  run(vendorId: string): Promise<TrainingOutcome> {
    const running = this.#running.get(vendorId)
    if (running !== undefined) return running
    const training = this.#train(vendorId).finally(() => this.#running.delete(vendorId))
    this.#running.set(vendorId, training)
    return training
  }

  async #train(vendorId: string): Promise<TrainingOutcome> {
    const { logger } = this.#options
    try {
      return await this.#trainOnce(vendorId)
    } catch (error) {
      if (errorCode(error) === 'ERR_FORECAST_HISTORY') {
        logger.info({ event: 'training', vendorId }, 'Too few sales to train a model')
        return 'too-few'
      }
      logger.error(
        { event: 'training', vendorId, error },
        'Training a model failed; the one before stays in use',
      )
      return 'failed'
    }
  }

  async #trainOnce(vendorId: string): Promise<TrainingOutcome> {
    const { store, trainer, clock, logger } = this.#options
    const trainedAt = new Date(clock.wallTime()).toISOString()
    const from = addDays(dayIn('UTC', clock.wallTime()), -historyDays)
    const sales = await store.vendor(vendorId, (tx) => salesHistory(tx, from), { readOnly: true })
    const { model, durationMs } = await trainer.train(sales)
    const version = `${trainedAt.slice(0, 19)}Z`
    const metrics = { sales: model.saleCount, trainingMs: Math.round(durationMs) }
    const body = serialiseModel(model)
    await store.vendor(vendorId, (tx) => activateForecastModel(tx, { version, trainedAt, metrics, body }))
    logger.info({ event: 'training', vendorId, version, ...metrics }, 'A model was trained')
    return 'trained'
  }
}
