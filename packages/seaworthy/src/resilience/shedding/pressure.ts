/** Between which values of a measure calls are shed. */
export interface PressureBand {
  /** Shedding begins at this value. */
  readonly start: number
  /** It ends below this value, which is lower, so that it does not go on and off with every call. */
  readonly stop: number
  /** From this value on, nothing is let in. */
  readonly full: number
}

/**
 * How hard a measure presses, from 0 (nothing is shed) to 1 (everything is). In between it is proportional.
 *
 * @param before the pressure at the last look: above 0 while shedding
 */
export function nextPressure(before: number, value: number, { start, stop, full }: PressureBand): number {
  if (value < (before > 0 ? stop : start)) return 0
  return Math.min(1, (value - stop) / (full - stop))
}
