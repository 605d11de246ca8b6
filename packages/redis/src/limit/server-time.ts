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
}

/** One answer with the time of the server in it. */
export interface TimedAnswer {
  readonly sentAtMs: number
  readonly receivedAtMs: number
  readonly serverMs: number
}

/** Two clocks, each kept right by a time server, run apart no faster than this (200 parts in a million). */
const driftRate = 2e-4

/** What is known after an answer. One that contradicts what was known shows that a clock was set, and is all there is. */
export function observeServerTime(known: ServerTime | undefined, answer: TimedAnswer): ServerTime {
  const { sentAtMs, receivedAtMs, serverMs } = answer
  const drifted = (receivedAtMs - sentAtMs) * driftRate
  const seen = {
    leastAheadMs: serverMs - receivedAtMs - drifted,
    mostAheadMs: serverMs - sentAtMs + drifted,
    asOfMs: receivedAtMs,
  }
  if (known === undefined) return seen
  const drift = Math.abs(receivedAtMs - known.asOfMs) * driftRate
  const leastAheadMs = Math.max(seen.leastAheadMs, known.leastAheadMs - drift)
  const mostAheadMs = Math.min(seen.mostAheadMs, known.mostAheadMs + drift)
  return leastAheadMs <= mostAheadMs ? { leastAheadMs, mostAheadMs, asOfMs: receivedAtMs } : seen
}

/** Between which times of this process's clock a moment of the server's clock is. */
export function localBounds(
  { leastAheadMs, mostAheadMs, asOfMs }: ServerTime,
  serverMs: number,
): { readonly earliestMs: number; readonly latestMs: number } {
  const drift = Math.abs(serverMs - leastAheadMs - asOfMs) * driftRate
  return { earliestMs: serverMs - mostAheadMs - drift, latestMs: serverMs - leastAheadMs + drift }
}
