import type { LimitAlgorithm, Reading } from './limit-algorithm.ts'

/** How many times its time without load a call may take before the limit falls. */
const tolerance = 1.25
/** The least that one window leaves of the limit, before smoothing. */
const gradientMin = 0.5
/** How much of a fall one window makes. */
const smoothing = 0.2

/**
 * Multiplies the limit by how much faster calls would be without load, and adds half of its root as room to grow. (Netflix
 * concurrency-limits, GradientLimit and Gradient2Limit; Envoy, adaptive concurrency filter.) The room is only added
 * while calls are not slow: added always, it outweighs a gradient just below 1 and lets the limit drift upward under mild
 * overload (Netflix/concurrency-limits#134).
 */
export const gradient = Object.freeze<LimitAlgorithm>({
  needsBase: true,
  isOverloaded: (reading) => gradientOf(reading) < 1,
  adjust: (reading) => {
    const { limit, isUsed } = reading
    const slope = gradientOf(reading)
    if (slope === 1) return isUsed ? limit + Math.sqrt(limit) / 2 : limit
    return limit * (1 - smoothing + smoothing * slope)
  },
})

function gradientOf({ baseMs, rttMs }: Reading): number {
  const bearableMs = tolerance * baseMs
  // Also when both are 0, as on a clock that is too coarse for calls so short.
  return rttMs <= bearableMs ? 1 : Math.max(gradientMin, bearableMs / rttMs)
}
