import type { BreakerState, Outcome } from 'seaworthy/core'
import type { WindowCounts } from './outcome-window.ts'
import type { Permit } from './permit.ts'
import type { Policy } from '../engine/policy.ts'

export interface CircuitBreakerSnapshot {
  readonly name: string
  readonly state: BreakerState
  /** Why it is in this state: `start`, `failures`, `probe`, `time`, `health`, `operator` or `deadline`. */
  readonly reason: string
  /** What the operator gave as the reason for forcing it open. */
  readonly note: string | undefined
  /** Wall time since when it is in this state, in milliseconds. */
  readonly since: number
  /** Wall time at which it last opened; undefined when it never did. */
  readonly openedAt: number | undefined
  /** Outcomes since the start. */
  readonly counts: Readonly<Record<Outcome, number>>
  /** What counts towards opening at present. */
  readonly window: WindowCounts
  /** Calls refused since the start. */
  readonly refused: number
  /** Changes of state since the start. */
  readonly transitions: number
  /** How long a call made now would be refused; 0 when it would go ahead. */
  readonly retryAfterMs: number
}

export interface CircuitBreaker extends Policy {
  readonly kind: 'circuit-breaker'
  readonly state: BreakerState
  /**
   * Takes the right to make one call, to guard work that is not a function.
   *
   * @throws SeaworthyError ERR_CIRCUIT_OPEN with `retryAfterMs` when the breaker refuses
   */
  acquire(): Permit
  /** Refuses every call until {@link forceClosed} or {@link reset}. */
  forceOpen(note?: string): void
  /** Lets every call through, whatever it ends in, until {@link forceOpen} or {@link reset}. */
  forceClosed(): void
  /** Closes it and forgets what it counted. */
  reset(): void
  /** Says that the dependency is back: an open breaker is half-open at once. Otherwise nothing changes. */
  recover(): void
  snapshot(): CircuitBreakerSnapshot
}
