/**
 * The generic cell rate algorithm (ITU-T I.371, Annex A): one number, the theoretical arrival time, stands for a bucket
 * that leaks one unit per interval. It is a token bucket told the other way round: the bucket is full at the arrival time
 * and holds `burst` tokens then. Pure: state in, decision and next state out.
 */

/** A rate and how much may come at once. */
export interface GcraRate {
  /** Time that one unit costs. */
  readonly intervalMs: number
  /** Units that may come at once after a rest, from 1. */
  readonly burst: number
}

export interface GcraDecision {
  readonly allowed: boolean
  /** The theoretical arrival time to keep; unchanged by a refusal. */
  readonly arrivalMs: number
  /** Units that would be allowed right after this decision. */
  readonly remaining: number
  /** Time until the whole burst is there again. */
  readonly resetMs: number
  /** Time after which the refused request would be allowed; 0 when it was. */
  readonly retryAfterMs: number
}

/** Sums of intervals that no binary number holds are off by less than this: a microsecond, or a thousandth of a short one. */
export function toleranceMs(intervalMs: number): number {
  return Math.min(0.001, intervalMs / 1_000)
}

/**
 * The earliest moment at which `cost` units may start; it may lie in the past. A cost above the burst waits until the
 * bucket is full and then leaves it in debt.
 */
export function gcraEarliest(arrivalMs: number, cost: number, rate: GcraRate): number {
  return arrivalMs + Math.min(0, cost - rate.burst) * rate.intervalMs
}

/** The theoretical arrival time after `cost` units have started at `startMs`. */
export function gcraArrival(arrivalMs: number, startMs: number, costMs: number): number {
  return Math.max(arrivalMs, startMs) + costMs
}

/**
 * Decides about one request. Within any span of d milliseconds at most `burst + d / intervalMs` units are allowed.
 *
 * @param arrivalMs the number kept from the last decision, undefined for a new caller
 */
export function gcra(arrivalMs: number | undefined, nowMs: number, rate: GcraRate): GcraDecision {
  const { intervalMs } = rate
  const current = Math.max(arrivalMs ?? nowMs, nowMs)
  const earliest = gcraEarliest(current, 1, rate)
  if (nowMs < earliest - toleranceMs(intervalMs)) {
    return {
      allowed: false,
      arrivalMs: current,
      remaining: 0,
      resetMs: current - nowMs,
      retryAfterMs: earliest - nowMs,
    }
  }
  const next = gcraArrival(current, nowMs, intervalMs)
  return {
    allowed: true,
    arrivalMs: next,
    remaining: Math.floor((nowMs - earliest + toleranceMs(intervalMs)) / intervalMs),
    resetMs: next - nowMs,
    retryAfterMs: 0,
  }
}
