import { coreError, toMs, type Duration, type Random } from 'seaworthy/core'

/** The longest delay that any backoff can ask for: the longest that platform timers take, about 25 days. */
export const delayMaxMs = 2 ** 31 - 1

/**
 * How a computed delay is spread, so that callers that failed together do not come back together: over all of it
 * (`full`), over its second half (`equal`), or not at all (`none`).
 */
export type Jitter = 'none' | 'full' | 'equal'

export interface DelayLimits {
  readonly baseMs: number
  readonly maxMs: number
}

/** The base delay times the number of the attempt that failed, from 1. */
export function linearDelayMs(attempt: number, { baseMs, maxMs }: DelayLimits): number {
  return Math.min(maxMs, baseMs * attempt)
}

/** The base delay, multiplied by `factor` with each attempt after the first. */
export function exponentialDelayMs(attempt: number, { baseMs, maxMs }: DelayLimits, factor: number): number {
  return Math.min(maxMs, baseMs * factor ** (attempt - 1))
}

/**
 * The next delay with decorrelated jitter: a random time between the base and three times the delay before, at most
 * `maxMs`. It spreads callers that failed together better than a fixed doubling.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param previousMs the delay before; the base for the first
 */
export function decorrelatedDelayMs(previousMs: number, limits: DelayLimits, random: Random): number {
  const upperMs = Math.max(limits.baseMs, previousMs * 3)
  return Math.min(limits.maxMs, limits.baseMs + random.next() * (upperMs - limits.baseMs))
}

/** A delay after its jitter. Source: as {@link decorrelatedDelayMs}. */
export function jitteredMs(delayMs: number, jitter: Jitter, random: Random): number {
  switch (jitter) {
    case 'none':
      return delayMs
    case 'full':
      return random.next() * delayMs
    case 'equal':
      return delayMs / 2 + (random.next() * delayMs) / 2
  }
}

/**
 * A delay that somebody else computed: below 0 counts as 0, longer than {@link delayMaxMs} as that.
 *
 * @param cause what the attempt failed with, for the error
 * @throws SeaworthyError ERR_INVALID_DURATION for what is no duration
 */
export function readDelayMs(delay: Duration, cause?: unknown): number {
  const ms = typeof delay === 'number' && !Number.isNaN(delay) ? delay : textMs(delay, cause)
  return Math.min(Math.max(0, ms), delayMaxMs)
}

function textMs(delay: Duration, cause: unknown): number {
  try {
    return toMs(delay, 'the delay of a retry')
  } catch (error) {
    const { message } = error as Error
    throw coreError('ERR_INVALID_DURATION', message, { details: { received: delay }, cause })
  }
}
