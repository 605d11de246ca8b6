import { errorCode, orAbort, type Clock } from 'seaworthy/core'
import { pipeline, timeout } from 'seaworthy/resilience'
import type { Logger } from 'seaworthy/telemetry'
import type { Background } from './background.ts'
import { listVenues, squareStatus, type MarketprepTransaction } from './data/index.ts'
import type { MarketprepDependencies } from './declaration.ts'
import { fillEventHistory } from './events/event-history.ts'
import type { Training, TrainingOutcome } from './models/training.ts'
import type { SquareSync, SyncOutcome, SyncRunOptions } from './square/square-sync.ts'
import type { Store } from './store.ts'
import { fillWeatherHistory } from './weather/weather-history.ts'

export interface LearningOptions {
  readonly store: Store
  readonly dependencies: MarketprepDependencies
  readonly sync: SquareSync
  readonly training: Training
  readonly background: Background
  readonly clock: Clock
  readonly logger: Logger
}

/** Venues whose history is filled in; more than any vendor stands at. */
const venuesMax = 100
/** What is not filled in by then is left to the next run: somebody may be waiting for the model. */
const historyLimit = '20s'

/** What follows new sales: the weather and events of their days are filled in, and the model learns from all of it. */
export class Learning {
  readonly #options: LearningOptions

  constructor(options: LearningOptions) {
    this.#options = options
  }

  /**
   * Fills in the history and trains. Services that do not answer make the model poorer, not the call fail.
   *
   * @throws the errors of the database, and the signal's own reason
   */
  async learn(vendorId: string, signal?: AbortSignal): Promise<TrainingOutcome> {
    const { clock, logger, training } = this.#options
    const limited = pipeline([timeout({ name: 'history of sales', limit: historyLimit }, { clock })])
    try {
      await limited.execute(
        (call) => this.#fillHistories(vendorId, call.signal),
        signal === undefined ? {} : { signal },
      )
    } catch (error) {
      if (errorCode(error) !== 'ERR_TIMEOUT') throw error
      logger.warn({ event: 'history', vendorId, error }, 'The past of the venues is only partly filled in')
    }
    return orAbort(training.run(vendorId), signal)
  }

  /** Fills in the history of a venue that is new, in the background. */
  venueAdded(vendorId: string, venueId: string): void {
    this.#options.background.add({
      name: 'fill in history',
      subject: venueId,
      work: (signal) => this.#fillHistory(vendorId, venueId, signal),
    })
  }

  /** Takes new orders from Square and learns from them, in the background. */
  synchronise(vendorId: string): void {
    this.#options.background.add({
      name: 'synchronise Square',
      subject: vendorId,
      work: (signal) => this.synchroniseNow(vendorId, { signal }),
    })
  }

  /** The same, at once. */
  async synchroniseNow(vendorId: string, options: SyncRunOptions = {}): Promise<SyncOutcome> {
    const result = await this.#options.sync.run(vendorId, options)
    if (result.outcome === 'synchronised') await this.learn(vendorId, options.signal)
    return result
  }

  /** Brings a vendor up to date: from Square, or where it is not connected from what the other services know by now. */
  async refresh(vendorId: string, signal?: AbortSignal): Promise<void> {
    const status = await this.#options.store.vendor(vendorId, squareStatus, { readOnly: true, signal })
    if (status.connected) await this.synchroniseNow(vendorId, { signal })
    else await this.learn(vendorId, signal)
  }

  async #fillHistories(vendorId: string, signal: AbortSignal): Promise<void> {
    const venues = await this.#options.store.vendor(vendorId, allVenues, { readOnly: true, signal })
    for (const venueId of venues) await this.#fillHistory(vendorId, venueId, signal)
  }

  /** Each of the two services for itself: one that is down does not keep the other's days away. */
  async #fillHistory(vendorId: string, venueId: string, signal: AbortSignal): Promise<void> {
    const { store, dependencies, clock, logger } = this.#options
    const fill = { vendorId, venueId, nowMs: clock.wallTime(), signal }
    const fills = [
      fillWeatherHistory({ store, dependencies }, fill),
      fillEventHistory({ store, dependencies }, fill),
    ]
    const results = await Promise.allSettled(fills)
    signal.throwIfAborted()
    for (const result of results) {
      if (result.status === 'fulfilled') continue
      logger.warn(
        { event: 'history', vendorId, venueId, error: result.reason },
        'The past of a venue was not filled in',
      )
    }
  }
}

async function allVenues(tx: MarketprepTransaction): Promise<readonly string[]> {
  const page = await listVenues(tx, { limit: venuesMax, cursorKey: unusedCursorKey })
  return page.items.map((venue) => venue.id)
}

/** One page holds all, so its cursor is never handed out. */
const unusedCursorKey = 'a page that nobody continues needs no secret'
