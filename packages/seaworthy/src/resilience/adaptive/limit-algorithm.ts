/** What one window says, to an algorithm. */
export interface Reading {
  /** The limit that was valid in the window. It may be a fraction. */
  readonly limit: number
  /** Mean time of a call, in milliseconds; NaN when none succeeded. */
  readonly rttMs: number
  /** Mean time of a call that has nothing to wait for on the other side; Infinity while unknown. */
  readonly baseMs: number
  /** The most calls that were under way at once. */
  readonly inFlightMax: number
  /** Whether the limit was reached, so that a higher one would be used. */
  readonly isUsed: boolean
}

/** One way to find how many calls at once the other side bears, from windows without drops. */
export interface LimitAlgorithm {
  /** Whether it compares times, so that the time without load has to be looked for now and then. */
  readonly needsBase: boolean
  /** Whether calls seem to wait on the other side. */
  isOverloaded(reading: Reading): boolean
  /** The limit for the next window. */
  adjust(reading: Reading): number
}
