/**
 * The generic cell rate algorithm (ITU-T I.371): one number per caller, the theoretical arrival time, stands for a bucket
 * that leaks one request per interval. Pure: state in, decision and next state out.
 */

/** A rate and how much may come at once. */
export interface GcraRate {
  /** Time that one request costs. */
  readonly intervalMs: number
  /** Requests that may come at once after a rest, from 1. */
  readonly burst: number
}

export interface GcraDecision {
  readonly allowed: boolean
  /** The theoretical arrival time to keep; unchanged by a refusal. */
  readonly arrivalMs: number
  /** Requests of cost 1 that would be allowed right after this one. */
  readonly remaining: number
  /** Time until the whole burst is there again. */
  readonly resetMs: number
  /** Time after which the refused request would be allowed; 0 when it was. */
  readonly retryAfterMs: number
}

/**
 * Decides about one request. Within any span of d milliseconds at most `burst + d / intervalMs` requests are allowed.
 *
 * @param arrivalMs the number kept from the last decision, undefined for a new caller
 */
export function gcra(arrivalMs: number | undefined, nowMs: number, rate: GcraRate): GcraDecision {
  const { intervalMs, burst } = rate
  const current = Math.max(arrivalMs ?? nowMs, nowMs)
  const next = current + intervalMs
  const earliest = next - burst * intervalMs
  if (nowMs < earliest) {
    return {
      allowed: false,
      arrivalMs: current,
      remaining: 0,
      resetMs: current - nowMs,
      retryAfterMs: earliest - nowMs,
    }
  }
  return {
    allowed: true,
    arrivalMs: next,
    remaining: Math.floor((nowMs - earliest) / intervalMs),
    resetMs: next - nowMs,
    retryAfterMs: 0,
  }
}
