import type { Clock, Timer } from 'seaworthy/core'
import type { Logger } from 'seaworthy/telemetry'
import { listVendorIds } from './data/index.ts'
import type { Learning } from './learning.ts'
import type { Store } from './store.ts'

export interface RoundsOptions {
  readonly store: Store
  readonly learning: Learning
  readonly clock: Clock
  readonly logger: Logger
}

/** The first round comes when a synchronisation that died with the process before can be taken over. */
const firstAfterMs = 11 * 60 * 1_000
const everyMs = 6 * 60 * 60 * 1_000
/** Vendors whose ids are read at once. */
const pageSize = 100

/**
 * Goes through all vendors now and again, one after the other: takes in orders that reached Square late, the weather that
 * the archive has learnt since, and trains. Two processes that do so at the same time do no harm.
 */
export class Rounds {
  readonly #options: RoundsOptions
  readonly #stopping = new AbortController()
  #timer: Timer | undefined
  #running: Promise<void> | undefined

  constructor(options: RoundsOptions) {
    this.#options = options
  }

  start(): void {
    this.#schedule(firstAfterMs)
  }

  /** Aborts a round under way and resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#timer?.cancel()
    await this.#running
  }

  #schedule(delayMs: number): void {
    if (this.#stopping.signal.aborted) return
    this.#timer = this.#options.clock.schedule(delayMs, () => {
      this.#running = this.#round().finally(() => this.#schedule(everyMs))
    })
  }

  async #round(): Promise<void> {
    const { learning, logger } = this.#options
    const { signal } = this.#stopping
    let vendors = 0
    try {
      for await (const vendorId of this.#vendors()) {
        signal.throwIfAborted()
        vendors++
        await learning.refresh(vendorId, signal).catch((error: unknown) => {
          signal.throwIfAborted()
          logger.warn({ event: 'round', vendorId, error }, 'A vendor was not brought up to date')
        })
      }
      logger.info({ event: 'round', vendors }, 'All vendors were brought up to date')
    } catch (error) {
      if (!signal.aborted) logger.error({ event: 'round', vendors, error }, 'A round over the vendors failed')
    }
  }

  async *#vendors(): AsyncIterable<string> {
    let after: string | undefined
    do {
      const page = { after, limit: pageSize }
      const ids = await this.#options.store.directory((tx) => listVendorIds(tx, page))
      yield* ids
      after = ids.at(-1)
    } while (after !== undefined)
  }
}
