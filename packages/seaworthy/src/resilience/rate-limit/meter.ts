/**
 * Counts units against a limit and tells when further ones may start. One meter counts for many keys, each in a slot of
 * its own, in typed arrays: it allocates only when slots are added. Pure: times are handed in, nothing waits here.
 *
 * Units are numbers above 0, also fractions. What is taken for a later moment is in front of what is asked for after it.
 */
export interface Meter {
  /** The earliest moment, `nowMs` or later, at which `units` may start. Changes nothing. */
  startMs(slot: number, units: number, nowMs: number): number
  /** Counts units that start at the moment that {@link startMs} told, or later. */
  take(slot: number, units: number, startMs: number): void
  /** Makes units available again that were taken and not used, as far as time has not done so anyway. */
  giveBack(slot: number, taken: Taken, nowMs: number): void
  /** Whole units that could start right now. */
  available(slot: number, nowMs: number): number
  /** How much of the limit is used up: 0 when the past does not matter any more, 1 when nothing is left. */
  used(slot: number, nowMs: number): number
  /** Leaves at most `units` to start at `fromMs`, as after a pause that one caller is to try out first. */
  drain(slot: number, fromMs: number, units: number): void
  /** Begins a slot as new, making room for it if need be. */
  open(slot: number): void
  /** A meter with this slot's state as its slot 0. */
  fork(slot: number): Meter
  /** Goes on with another limit; what was used under the old one stays used. */
  reconfigure(limits: MeterLimits, nowMs: number): void
}

/** Units that were taken. */
export interface Taken {
  readonly units: number
  readonly startMs: number
}

export interface MeterLimits {
  /** Units in `intervalMs`. */
  readonly limit: number
  readonly intervalMs: number
  /** Units that may start at once. */
  readonly burst: number
}
