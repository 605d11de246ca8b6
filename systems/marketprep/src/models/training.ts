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

interface Run {
  readonly outcome: Promise<TrainingOutcome>
  /** Whether it has begun to read the sales: what is stored from then on, it may not know. */
  readonly hasBegun: () => boolean
}

/** Trains a vendor's model from all stored sales and puts it in use. */
export class Training {
  readonly #options: TrainingOptions
  /** The newest run of each vendor that has not ended. */
  readonly #runs = new Map<string, Run>()

  constructor(options: TrainingOptions) {
    this.#options = options
  }

  /**
   * Trains from all sales that are stored now. A training of the same vendor that waits is shared; one that has begun is
   * waited for, because it does not know the newest sales. Never rejects.
   */
  run(vendorId: string): Promise<TrainingOutcome> {
    const newest = this.#runs.get(vendorId)
    if (newest !== undefined && !newest.hasBegun()) return newest.outcome
    let begun = false
    const train = async (): Promise<TrainingOutcome> => {
      await newest?.outcome
      begun = true
      const outcome = await this.#train(vendorId)
      if (this.#runs.get(vendorId) === run) this.#runs.delete(vendorId)
      return outcome
    }
    // The sales are read in a later turn, so that calls of the same turn share the run.
    const run = { outcome: Promise.resolve().then(train), hasBegun: () => begun }
    this.#runs.set(vendorId, run)
    return run.outcome
  }

  async #train(vendorId: string): Promise<TrainingOutcome> {
    const { logger } = this.#options
    try {
      return await this.#trainOnce(vendorId)
    } catch (error) {
      switch (errorCode(error)) {
        case 'ERR_FORECAST_HISTORY':
          logger.info({ event: 'training', vendorId }, 'Too few sales to train a model')
          return 'too-few'
        case 'ERR_QUEUE_CLOSED':
          logger.info({ event: 'training', vendorId }, 'No model was trained: the service stops')
          return 'failed'
        default:
          logger.error(
            { event: 'training', vendorId, error },
            'Training a model failed; the one before stays in use',
          )
          return 'failed'
      }
    }
  }

  async #trainOnce(vendorId: string): Promise<TrainingOutcome> {
    const { store, trainer, clock, logger } = this.#options
    const from = addDays(dayIn('UTC', clock.wallTime()), -historyDays)
    const sales = await store.vendor(vendorId, (tx) => salesHistory(tx, from), { readOnly: true })
    const { model, durationMs } = await trainer.train(sales)
    const trainedAt = new Date(clock.wallTime()).toISOString()
    const metrics = { sales: model.saleCount, trainingMs: Math.round(durationMs) }
    const record = { version: trainedAt, trainedAt, metrics, body: serialiseModel(model) }
    await store.vendor(vendorId, (tx) => activateForecastModel(tx, record))
    logger.info({ event: 'training', vendorId, version: record.version, ...metrics }, 'A model was trained')
    return 'trained'
  }
}
