import type { MarketprepDependencies } from './declaration.ts'
import type { Store } from './store.ts'

/** What filling in the past of a venue needs. */
export interface HistoryParts {
  readonly store: Store
  readonly dependencies: MarketprepDependencies
}

/** The past of one venue, up to the day before today. */
export interface HistoryFill {
  readonly vendorId: string
  readonly venueId: string
  /** `YYYY-MM-DD` */
  readonly today: string
  readonly signal?: AbortSignal | undefined
}
