/**
 * When a granted unit may be used, on the clock of the process that got it. The grant is for a moment on the server's
 * clock and was made at some time between asking and hearing of it. So the unit is used no earlier than the moment could
 * be at the latest, and no later than `startWithin` after the moment could be at the earliest: starts within that span of
 * their moments, of moments that are a span of the limit and `startWithin` apart, never come too close.
 */
export interface Slot {
  /** The limit, by the first of its keys. */
  readonly limit: string
  /** The moment, in microseconds on the server's clock. */
  readonly startUs: number
  readonly generation: string
  /** By how much, in all, those who waited had been moved when it was granted. */
  readonly movedUs: number
  /** From when to when it may be used, in milliseconds on this process's clock. */
  readonly fromMs: number
  readonly untilMs: number
}

/** What is known of a limit now. */
export interface LimitNews {
  readonly generation: string
  readonly movedUs: number
  /** When those who waited were last moved, in microseconds on the server's clock. */
  readonly movedAtUs: number
}

/** Two clocks, each kept right by a time server, run apart no faster than this (200 parts in a million). */
const driftRate = 2e-4

export interface Exchange {
  readonly sentAtMs: number
  readonly receivedAtMs: number
  /** The wait that the server told. */
  readonly waitMs: number
  readonly startWithinMs: number
}

/** From when to when a unit may be used. The end may lie before the start: then it cannot be used at all. */
export function slotTimes(exchange: Exchange): { readonly fromMs: number; readonly untilMs: number } {
  const { sentAtMs, receivedAtMs, waitMs, startWithinMs } = exchange
  const drift = waitMs * driftRate
  return {
    fromMs: receivedAtMs + waitMs + drift,
    untilMs: sentAtMs + waitMs + startWithinMs - drift,
  }
}

/**
 * How long a unit must still wait: 0 when it may be used now, `'late'` when it must not be used any more.
 *
 * @param news what is known of the limit; undefined when nothing newer than the grant is
 */
export function dueInMs(slot: Slot, news: LimitNews | undefined, nowMs: number): number | 'late' {
  let shiftMs = 0
  if (news !== undefined && news.generation !== slot.generation) return 'late'
  if (news !== undefined && news.movedUs !== slot.movedUs) {
    // It was moved with the others only if it was yet to come then.
    if (slot.startUs <= news.movedAtUs) return 'late'
    shiftMs = (news.movedUs - slot.movedUs) / 1_000
  }
  if (slot.fromMs > slot.untilMs) return 'late'
  const leftMs = slot.fromMs + shiftMs - nowMs
  if (leftMs > 0) return leftMs
  return nowMs <= slot.untilMs + shiftMs ? 0 : 'late'
}
