import type { PeerReport } from './breaker-reports.ts'

/** When the reports of other instances open a breaker here. */
export interface QuorumRule {
  /** Which share of the living instances, this one included, must be failing: above 0, up to 1. */
  readonly share: number
  /** How many other instances must be failing, from 2: one bad instance opens nothing. */
  readonly minimum: number
}

/**
 * Whether enough other instances are failing. Silent ones are left out, and an instance counts once.
 *
 * @param withinMs only failures that began less than this long ago count: what this instance found out later by itself
 *   outweighs what others have said for longer
 */
export function isQuorumFailing(
  peers: readonly PeerReport[],
  rule: QuorumRule,
  withinMs: number = Infinity,
): boolean {
  const living = new Set<string>()
  const failing = new Set<string>()
  for (const { instance, verdict, forMs } of peers) {
    if (verdict === 'silent') continue
    living.add(instance)
    if (verdict === 'failing' && forMs < withinMs) failing.add(instance)
  }
  return failing.size >= rule.minimum && failing.size >= rule.share * (living.size + 1)
}
