/**
 * When a granted unit may be used, on the clock of the process that got it. The grant is for a moment on the server's
 * clock, which this process knows only within bounds. So the unit is used no earlier than the moment could be at the latest, and no later than `allowanceMs` after the moment could be at the earliest: then it starts within the
 * allowance of its moment, and moments are a span of the limit and the allowance apart.
 */
export interface Slot {
  /** The limit, by the first of its keys. */
  readonly limit: string
  /** The moment, in microseconds on the clock of the limit. */
  readonly startUs: number
  readonly generation: string
  /** By how much, in all, those who waited had been moved when it was granted. */
  readonly movedUs: number
  /** The earliest and the latest that the moment can be, in milliseconds on this process's clock. */
  readonly earliestMs: number
  readonly latestMs: number
  readonly allowanceMs: number
}

/** What is known of a limit now. */
export interface LimitNews {
  readonly generation: string
  readonly movedUs: number
  /** When those who waited were last moved, in microseconds on the clock of the limit. */
  readonly movedAtUs: number
}

export type Readiness =
  | { readonly kind: 'due' }
  | { readonly kind: 'early'; readonly byMs: number }
  /** Too late to be used, by the time since the earliest that the moment can have been. */
  | { readonly kind: 'late'; readonly byMs: number }
  /** The server no longer counts it as it was granted. */
  | { readonly kind: 'void' }

/**
 * Whether a unit may be used.
 *
 * @param news what is known of the limit; undefined when nothing newer than the grant is
 */
export function readiness(slot: Slot, news: LimitNews | undefined, nowMs: number): Readiness {
  let shiftMs = 0
  if (news !== undefined && news.generation !== slot.generation) return { kind: 'void' }
  if (news !== undefined && news.movedUs !== slot.movedUs) {
    // It was moved with the others only if it was yet to come then.
    if (slot.startUs <= news.movedAtUs) return { kind: 'void' }
    shiftMs = (news.movedUs - slot.movedUs) / 1_000
  }
  const unsureMs = slot.latestMs - slot.earliestMs
  if (unsureMs > slot.allowanceMs) return { kind: 'late', byMs: unsureMs }
  const earlyByMs = slot.latestMs + shiftMs - nowMs
  if (earlyByMs > 0) return { kind: 'early', byMs: earlyByMs }
  const lateByMs = nowMs - (slot.earliestMs + shiftMs)
  return lateByMs <= slot.allowanceMs ? { kind: 'due' } : { kind: 'late', byMs: lateByMs }
}
