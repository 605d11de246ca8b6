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
  readonly keys: readonly string[]
  readonly generation: string
  /** The moment, in microseconds on the clock of the limit. */
  readonly startUs: number
  /** By how much, in all, those who waited had been moved when it was granted. */
  readonly movedUs: number
  /** For how long, in all, the clock of the limit had been held when it was granted. */
  readonly heldUs: number
  /** The moment, in milliseconds on the server's clock as it was set then. */
  readonly serverMs: number
  readonly settings: number
  /** Where the moment is on this process's clock, as far as was known when it was granted. */
  readonly bounds: LocalBounds
  readonly allowanceMs: number
  /** How long before the moment the server was last heard of at the most: it tells what happened to the limit since. */
  readonly heardWithinMs: number
}

/** What is known of a limit now. */
export interface LimitNews {
  readonly generation: string
  readonly movedUs: number
  /** When those who waited were last moved, in microseconds on the clock of the limit. */
  readonly movedAtUs: number
  /** For how long, in all, its clock was held, in microseconds. Everything is later by as much. */
  readonly heldUs: number
}

export type Readiness =
  | { readonly kind: 'due' }
  | { readonly kind: 'early'; readonly byMs: number }
  /** The moment may be now, but the server was last heard of too long ago to tell. */
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
export function readiness(slot: Slot, knowledge: Knowledge): Readiness {
  const shiftMs = shiftOf(slot, knowledge.news)
  return shiftMs === undefined ? { kind: 'void' } : readinessOf(slot, shiftMs, knowledge)
}

/** By how much a unit is later than when it was granted; undefined when it is not counted as it was. */
function shiftOf(slot: Slot, news: LimitNews | undefined): number | undefined {
  if (news === undefined) return 0
  if (news.generation !== slot.generation) return undefined
  const heldMs = (news.heldUs - slot.heldUs) / 1_000
  if (news.movedUs === slot.movedUs) return heldMs
  // It was moved with the others only if it was yet to come then.
  return slot.startUs <= news.movedAtUs ? undefined : heldMs + (news.movedUs - slot.movedUs) / 1_000
}

function readinessOf(slot: Slot, shiftMs: number, { nowMs, time, canAsk }: Knowledge): Readiness {
  const known = time?.settings === slot.settings ? time : undefined
  const { earliestMs, latestMs } = boundsOf(slot, shiftMs, known)
  if (nowMs < earliestMs) return { kind: 'early', byMs: (canAsk ? earliestMs : latestMs) - nowMs }
  const lateByMs = nowMs - earliestMs
  // Nothing that could be heard makes it sooner than it is.
  if (nowMs - latestMs > slot.allowanceMs) return { kind: 'late', byMs: lateByMs }
  const isHeard = time === undefined || nowMs - time.asOfMs <= slot.heardWithinMs
  const isDrifting = known !== undefined && 8 * driftOf(known, nowMs) > slot.allowanceMs
  if (canAsk && (isDrifting || !isHeard)) return { kind: 'unsure' }
  if (nowMs < latestMs) return { kind: 'early', byMs: latestMs - nowMs }
  return isHeard && lateByMs <= slot.allowanceMs ? { kind: 'due' } : { kind: 'late', byMs: lateByMs }
}

/** The moment of a unit on the clock of its limit, as far as is known now. */
export function startNow({ startUs, movedUs }: Slot, news: LimitNews | undefined): number {
  return startUs + (news === undefined ? 0 : news.movedUs - movedUs)
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
