import type { MarketprepDependencies } from './declaration.ts'
import type { Store } from './store.ts'

/** What filling in the past of a venue needs. */
export interface HistoryParts {
  readonly store: Store
  readonly dependencies: MarketprepDependencies
}

/** The past of one venue. */
export interface HistoryFill {
  readonly vendorId: string
  readonly venueId: string
  /** When it is asked for: which days are past follows from it at the venue. */
  readonly nowMs: number
  readonly signal?: AbortSignal | undefined
}
