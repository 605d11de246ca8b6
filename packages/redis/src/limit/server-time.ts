/**
 * How far a server's clock is ahead of this process's, as bounds that hold whatever the network does (after F. Cristian,
 * "Probabilistic clock synchronization", 1989, with the intersection of intervals of K. Marzullo). Every answer was made
 * between asking and hearing of it, which bounds the difference; all answers together bound it far better than the round
 * trip of any one of them. Times are milliseconds.
 */
export interface ServerTime {
  /** The least and the most that the server's clock is ahead, at the time `asOfMs` of this process's clock. */
  readonly leastAheadMs: number
  readonly mostAheadMs: number
  readonly asOfMs: number
  /** Grows when the server's clock was set: what was known of its time before says nothing any more. */
  readonly settings: number
}

/** One answer with the time of the server in it. */
export interface TimedAnswer {
  readonly sentAtMs: number
  readonly receivedAtMs: number
  readonly serverMs: number
}

/** Between which times of this process's clock a moment is. */
export interface LocalBounds {
  readonly earliestMs: number
  readonly latestMs: number
}

/** Two clocks, each kept right by a time server, run apart no faster than this (200 parts in a million). */
const driftRate = 2e-4

/** What is known after an answer. One that contradicts what was known shows that a clock was set, and is all there is. */
export function observeServerTime(known: ServerTime | undefined, answer: TimedAnswer): ServerTime {
  const { sentAtMs, receivedAtMs: asOfMs, serverMs } = answer
  const unsureMs = (asOfMs - sentAtMs) * driftRate
  const least = serverMs - asOfMs - unsureMs
  const most = serverMs - sentAtMs + unsureMs
  if (known === undefined) return { leastAheadMs: least, mostAheadMs: most, asOfMs, settings: 0 }
  const driftMs = driftOf(known, asOfMs)
  const leastAheadMs = Math.max(least, known.leastAheadMs - driftMs)
  const mostAheadMs = Math.min(most, known.mostAheadMs + driftMs)
  if (leastAheadMs <= mostAheadMs) return { ...known, leastAheadMs, mostAheadMs, asOfMs }
  return { leastAheadMs: least, mostAheadMs: most, asOfMs, settings: known.settings + 1 }
}

/** Where a moment of the server's clock is on this process's. */
export function localBounds(time: ServerTime, serverMs: number): LocalBounds {
  const driftMs = driftOf(time, serverMs - time.leastAheadMs)
  return {
    earliestMs: serverMs - time.mostAheadMs - driftMs,
    latestMs: serverMs - time.leastAheadMs + driftMs,
  }
}

/** How far the clocks may have run apart, one way, between the last answer and another time of this process. */
export function driftOf({ asOfMs }: ServerTime, localMs: number): number {
  return Math.abs(localMs - asOfMs) * driftRate
}
