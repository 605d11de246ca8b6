import type { Clock } from 'seaworthy/core'
import type { Logger } from 'seaworthy/telemetry'
import type { Background } from './background.ts'
import { listVenues, type MarketprepTransaction } from './data/index.ts'
import type { MarketprepDependencies } from './declaration.ts'
import { fillEventHistory } from './events/event-history.ts'
import type { Training, TrainingOutcome } from './models/training.ts'
import type { SquareSync } from './square/square-sync.ts'
import type { Store } from './store.ts'
import { dayIn } from './market-days.ts'
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

/** What follows new sales: the weather and events of their days are filled in, and the model learns from all of it. */
export class Learning {
  readonly #options: LearningOptions

  constructor(options: LearningOptions) {
    this.#options = options
  }

  /** Fills in the history and trains. Services that do not answer make the model poorer, not the call fail. */
  async learn(vendorId: string): Promise<TrainingOutcome> {
    const { store } = this.#options
    const venues = await store.vendor(vendorId, allVenues, { readOnly: true })
    for (const venueId of venues) await this.#fillHistory(vendorId, venueId)
    return this.#options.training.run(vendorId)
  }

  /** The same for a venue that is new, in the background. */
  venueAdded(vendorId: string, venueId: string): void {
    this.#options.background.add('fill in history', () => this.#fillHistory(vendorId, venueId))
  }

  /** Takes new orders from Square and learns from them, in the background. */
  synchronise(vendorId: string): void {
    this.#options.background.add('synchronise Square', (signal) => this.synchroniseNow(vendorId, signal))
  }

  async synchroniseNow(vendorId: string, signal?: AbortSignal): Promise<void> {
    const result = await this.#options.sync.run(vendorId, signal)
    if (result.outcome === 'synchronised') await this.learn(vendorId)
  }

  async #fillHistory(vendorId: string, venueId: string): Promise<void> {
    const { store, dependencies, clock, logger } = this.#options
    const venue = { vendorId, venueId }
    const today = dayIn('UTC', clock.wallTime())
    const fills = [
      fillWeatherHistory({ store, dependencies }, venue, today),
      fillEventHistory({ store, dependencies }, venue, today),
    ]
    for (const result of await Promise.allSettled(fills)) {
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
