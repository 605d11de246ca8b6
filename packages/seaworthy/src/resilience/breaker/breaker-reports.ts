/**
 * What instances of a service tell each other about a dependency, so that a breaker can open before its own calls have
 * failed. Each instance reports only what its own calls found: one that opened because of others says nothing new, or a
 * single report would echo for ever. What a set of reports means is decided by `isQuorumFailing`, not here.
 */

/**
 * What an instance found by its own calls: `failing` from when its breaker opened until a probe closed it, `healthy`
 * otherwise. `silent` while an operator decides: it counts neither for nor against.
 */
export type BreakerVerdict = 'failing' | 'healthy' | 'silent'

export interface BreakerReport {
  readonly verdict: BreakerVerdict
  /** For how many milliseconds it has been so at the moment of the report, from 0. No two clocks are compared. */
  readonly forMs: number
}

/** A report of another instance. `forMs` is as of now: what it said, plus the time since it said so. */
export interface PeerReport extends BreakerReport {
  /** Which instance, by a name that no other living one has; a restarted process is another instance. */
  readonly instance: string
}

/** Is told that the reports of other instances may have changed. */
export interface PeerListener {
  /** Called outside of any call of this package, after `peers()` changed: also when instances were lost. Never throws. */
  peersChanged(): void
}

/** The place of one breaker of this instance among those of the same name in others. */
export interface BreakerMembership {
  /**
   * Says what this instance finds from now on. Takes effect here at once and elsewhere as soon as can be; is repeated by
   * the implementation as long as this instance lives. Never throws and never waits.
   */
  report(report: BreakerReport): void
  /**
   * The last report of each other instance that is alive, as known here. Reads memory only. Empty while the shared state
   * cannot be reached: an unreachable store is no evidence about the dependency. Never throws.
   */
  peers(): readonly PeerReport[]
  /** Takes back what was reported, and ends the calls of the listener. Afterwards, or the second time, nothing happens. */
  leave(): void
}

/**
 * A way for instances to see each other's reports. Implementations decide how reports travel and how long an instance
 * counts as alive without a sign of life; they hold a bounded number of names and instances, and call listeners
 * isolated from each other.
 */
export interface BreakerReports {
  /**
   * Enters a breaker under its name. Its report is `healthy` until it says otherwise. A second breaker of that name in
   * this instance takes the place of the first, whose membership then does nothing more.
   */
  join(name: string, listener: PeerListener): BreakerMembership
}
