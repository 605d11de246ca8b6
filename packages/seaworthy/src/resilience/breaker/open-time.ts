import type { Random } from 'seaworthy/core'

/** How long a breaker stays open. */
export interface OpenTime {
  /** The first time, in milliseconds. */
  readonly baseMs: number
  /** Each further time in a row is this many times the one before, from 1. */
  readonly factor: number
  /** Where that growth ends, in milliseconds. */
  readonly maxMs: number
  /** Up to which share of itself a time is made longer by chance, from 0 to 1, so that instances do not probe together. */
  readonly jitter: number
}

/** The longest time that there can be. */
export function openTimeMaxMs({ baseMs, factor, maxMs, jitter }: OpenTime): number {
  return (factor === 1 ? baseMs : maxMs) * (1 + jitter)
}

/**
 * The time for the `streak`-th opening in a row, from 1. Jitter comes on top of the maximum: at the maximum, too,
 * instances must not probe together.
 */
export function openTimeMs(openTime: OpenTime, streak: number, random: Random): number {
  const { baseMs, factor, maxMs, jitter } = openTime
  const grownMs = factor === 1 ? baseMs : Math.min(maxMs, baseMs * factor ** (streak - 1))
  return jitter === 0 ? grownMs : grownMs * (1 + jitter * random.next())
}
