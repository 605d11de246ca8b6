import type { Random } from 'seaworthy/core'

/**
 * The next delay with decorrelated jitter: a random time between the base and three times the delay before, at most
 * `maxMs`. It spreads callers that failed together better than a fixed doubling.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param previousMs the delay before; the base for the first
 */
export function decorrelatedDelayMs(
  previousMs: number,
  limits: { readonly baseMs: number; readonly maxMs: number },
  random: Random,
): number {
  const upperMs = Math.max(limits.baseMs, previousMs * 3)
  return Math.min(limits.maxMs, limits.baseMs + random.next() * (upperMs - limits.baseMs))
}
