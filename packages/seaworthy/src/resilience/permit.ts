import type { Outcome } from '../core/index.ts'

/** The right to make one call. It is given back once; later results of it change nothing. */
export interface Permit extends Disposable {
  /** The state of the breaker that it belongs to. */
  readonly generation: number
  /** When it was taken, in milliseconds on the breaker's clock. */
  readonly startedAt: number
  /** Gives it back with the outcome of the call. */
  record(outcome: Outcome): void
  /** Gives it back without an outcome, as when the call was never made. */
  release(): void
}
