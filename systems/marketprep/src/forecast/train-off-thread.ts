import {
  BoundedQueue,
  coreError,
  defineOptions,
  duration,
  integer,
  matching,
  onAbort,
  systemClock,
  type Clock,
  type Duration,
} from 'seaworthy/core'
import { parseModel, type ForecastModel } from './forecast-model.ts'
import { packSales } from './sales-transfer.ts'
import type { TrainOptions } from './train.ts'
import { runTrainingThread } from './training-thread.ts'
import type { SaleDay } from './types.ts'

export interface TrainerOptions {
  /** Trainings that may wait for the one that runs. One more is refused. Default 8. */
  readonly waitingMax?: number
  /** The most megabytes of a training's heap, 32 to 8192. Default 512. */
  readonly heapMegabytesMax?: number
  /** A training that takes longer is ended. Default 60 s. */
  readonly timeLimit?: Duration
  readonly clock?: Clock
}

export const trainerDefaults = {
  waitingMax: 8,
  heapMegabytesMax: 512,
  timeLimit: '60s',
  clock: systemClock,
} as const satisfies TrainerOptions

const resolveTrainerOptions = defineOptions('forecast trainer', trainerDefaults, {
  waitingMax: integer(0, 1_000),
  heapMegabytesMax: integer(32, 8_192),
  timeLimit: duration('1ms', '1h'),
  clock: matching(
    'a clock',
    (value): value is Clock => typeof value === 'object' && value !== null && 'schedule' in value,
  ),
})

export interface TrainCall extends TrainOptions {
  readonly signal?: AbortSignal
}

/** A model, and how long its thread took from start to end. */
export interface Trained {
  readonly model: ForecastModel
  readonly durationMs: number
}

interface Waiting {
  readonly start: () => void
  readonly refuse: (reason: unknown) => void
}

/** Trains models in a thread of their own, one at a time, so that requests are answered meanwhile. */
export class ForecastTrainer {
  readonly #options: ReturnType<typeof resolveTrainerOptions>
  readonly #waiting: BoundedQueue<Waiting>
  readonly #closing = new AbortController()
  #running: Promise<string> | undefined
  #isBusy = false

  constructor(options?: TrainerOptions) {
    this.#options = resolveTrainerOptions(options)
    this.#waiting = new BoundedQueue(this.#options.waitingMax, 'forecast trainings')
  }

  /** How many trainings wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  /**
   * Trains a model. An abort ends the wait at once, and a training that runs as soon as its thread has ended, and rejects
   * with the abort's own reason.
   *
   * @throws SeaworthyError ERR_QUEUE_FULL when `waitingMax` trainings wait already
   * @throws SeaworthyError ERR_QUEUE_CLOSED after `close`
   * @throws SeaworthyError ERR_FORECAST_TRAINING when the thread ends without a model or exceeds a limit
   * @throws SeaworthyError the errors of `trainForecast`
   */
  async train(sales: readonly SaleDay[], { signal, ...options }: TrainCall = {}): Promise<Trained> {
    signal?.throwIfAborted()
    this.#closing.signal.throwIfAborted()
    // Packed first: sales that cannot be read are refused without a turn, and what waits is small.
    const task = { sales: packSales(sales), options }
    if (this.#isBusy) await this.#turn(signal)
    this.#isBusy = true
    try {
      const { clock, timeLimit, heapMegabytesMax } = this.#options
      const startedAt = clock.now()
      const signals = [signal, this.#closing.signal]
      this.#running = runTrainingThread(task, { clock, timeLimitMs: timeLimit, heapMegabytesMax, signals })
      const text = await this.#running
      return Object.freeze({ model: parseModel(text), durationMs: clock.now() - startedAt })
    } finally {
      this.#handOver()
    }
  }

  /** Ends what runs, refuses what waits, and resolves when the thread has ended. Further trainings are refused. */
  async close(): Promise<void> {
    const reason = coreError(
      'ERR_QUEUE_CLOSED',
      'Cannot train a forecast: the trainer must be open, received a call after close',
    )
    this.#closing.abort(reason)
    for (const waiting of this.#waiting) waiting.refuse(reason)
    await this.#running?.catch(() => undefined)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Waits for the turn, which the training before hands over while the trainer stays busy. */
  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (reason: unknown): void => {
        this.#waiting.remove(waiting)
        stopListening()
        reject(reason)
      }
      const start = (): void => {
        stopListening()
        resolve()
      }
      const waiting: Waiting = { start, refuse }
      this.#waiting.push(waiting)
      const stopListening = onAbort(signal, refuse)
    })
  }

  #handOver(): void {
    this.#running = undefined
    const next = this.#waiting.shift()
    if (next === undefined) this.#isBusy = false
    else next.start()
  }
}
