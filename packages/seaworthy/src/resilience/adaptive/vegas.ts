import type { LimitAlgorithm, Reading } from './limit-algorithm.ts'

/**
 * Keeps between a tenth and a fifth of the calls waiting on the other side, at least 1 to 2, by comparing the time of a
 * call with that without load: of `n` calls, `n * (1 - base / rtt)` wait. (L. Brakmo, L. Peterson, TCP Vegas, 1995; with
 * the proportional bounds that Netflix concurrency-limits names in VegasLimit. Far beyond the bounds it goes half of the
 * way back in each window, where those go by a fixed step and so take minutes to follow a lost capacity.)
 */
export const vegas = Object.freeze<LimitAlgorithm>({
  needsBase: true,
  isOverloaded: (reading) => waitingOf(reading) > boundsOf(reading.limit).min,
  adjust: (reading) => {
    const { limit, isUsed } = reading
    const { min, max } = boundsOf(limit)
    const waiting = waitingOf(reading)
    if (waiting > max) return limit - Math.max(1, (waiting - max) / 2)
    if (!isUsed || waiting >= min) return limit
    return limit + (waiting <= min / 3 ? max : min / 2)
  },
})

function waitingOf({ limit, rttMs, baseMs, inFlightMax }: Reading): number {
  // Also when both are 0, as on a clock that is too coarse for calls so short.
  return rttMs <= baseMs ? 0 : Math.min(limit, inFlightMax) * (1 - baseMs / rttMs)
}

function boundsOf(limit: number): { readonly min: number; readonly max: number } {
  return { min: Math.max(1, limit * 0.1), max: Math.max(2, limit * 0.2) }
}
