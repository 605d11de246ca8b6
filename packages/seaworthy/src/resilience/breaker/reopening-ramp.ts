/** How a breaker that has just closed takes calls again. */
export interface ReopeningRamp {
  /** How long it takes until all are let in, in milliseconds; 0 for at once. */
  readonly lengthMs: number
  /** The share that is let in at the beginning, above 0, up to 1. */
  readonly from: number
}

/**
 * Whether a ramp refuses a call, `sinceMs` after closing, whose luck is `chance`, from 0 up to 1. The answer is whole
 * milliseconds until the same luck is good enough, so that the refused come back spread over the ramp; undefined when
 * the call is let in.
 */
export function rampRefusalMs(ramp: ReopeningRamp, sinceMs: number, chance: number): number | undefined {
  const neededMs = (ramp.lengthMs * (chance - ramp.from)) / (1 - ramp.from)
  return sinceMs >= neededMs ? undefined : Math.ceil(neededMs - sinceMs)
}
