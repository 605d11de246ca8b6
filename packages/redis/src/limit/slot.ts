import { driftOf, localBounds, type LocalBounds, type ServerTime } from './server-time.ts'

/**
 * When a granted unit may be used, on the clock of the process that got it. The grant is for a moment on the server's
 * clock, which this process knows only within bounds. So the unit is used no earlier than the moment could be at the
 * latest, and no later than `allowanceMs` after the moment could be at the earliest: then it starts within the allowance
 * of its moment, and moments are a span of the limit and the allowance apart.
 */
export interface Slot {
  /** The limit, by the first of its keys. */
  readonly limit: string
  readonly generation: string
  /** The moment, in microseconds on the clock of the limit. */
  readonly startUs: number
  /** By how much, in all, those who waited had been moved when it was granted. */
  readonly movedUs: number
  /** The moment, in milliseconds on the server's clock as it was set then. */
  readonly serverMs: number
  readonly settings: number
  /** Where the moment is on this process's clock, as far as was known when it was granted. */
  readonly bounds: LocalBounds
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
  /** The moment may be now, but the server's clock was last heard of too long ago to tell. */
  | { readonly kind: 'unsure' }
  /** Too late to be used, by the time since the earliest that the moment can have been. */
  | { readonly kind: 'late'; readonly byMs: number }
  /** The server no longer counts it as it was granted. */
  | { readonly kind: 'void' }

/** What a process knows at a time. */
export interface Knowledge {
  readonly nowMs: number
  /** Both undefined when nothing newer than the grant is known. */
  readonly news: LimitNews | undefined
  readonly time: ServerTime | undefined
  /** Whether the server can be asked for its time. */
  readonly canAsk: boolean
}

/** Whether a unit may be used. */
export function readiness(slot: Slot, { nowMs, news, time, canAsk }: Knowledge): Readiness {
  let shiftMs = 0
  if (news !== undefined && news.generation !== slot.generation) return { kind: 'void' }
  if (news !== undefined && news.movedUs !== slot.movedUs) {
    // It was moved with the others only if it was yet to come then.
    if (slot.startUs <= news.movedAtUs) return { kind: 'void' }
    shiftMs = (news.movedUs - slot.movedUs) / 1_000
  }
  const known = time?.settings === slot.settings ? time : undefined
  const { earliestMs, latestMs } = boundsOf(slot, shiftMs, known)
  if (nowMs < earliestMs) return { kind: 'early', byMs: (canAsk ? earliestMs : latestMs) - nowMs }
  if (canAsk && known !== undefined && 8 * driftOf(known, nowMs) > slot.allowanceMs) return { kind: 'unsure' }
  if (nowMs < latestMs) return { kind: 'early', byMs: latestMs - nowMs }
  const lateByMs = nowMs - earliestMs
  return lateByMs <= slot.allowanceMs ? { kind: 'due' } : { kind: 'late', byMs: lateByMs }
}

/** Where the moment is by what was known when it was granted, and by what is known now if the clock was not set since. */
function boundsOf(slot: Slot, shiftMs: number, known: ServerTime | undefined): LocalBounds {
  const { earliestMs, latestMs } = slot.bounds
  const now = known === undefined ? undefined : localBounds(known, slot.serverMs)
  return {
    earliestMs: Math.max(earliestMs, now?.earliestMs ?? -Infinity) + shiftMs,
    latestMs: Math.min(latestMs, now?.latestMs ?? Infinity) + shiftMs,
  }
}
