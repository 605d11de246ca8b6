import type { BreakerState, Outcome } from 'seaworthy/core'
import type { Policy } from '../engine/policy.ts'
import type { BreakerRecord } from './breaker-record.ts'
import type { BreakerReason } from './breaker-state.ts'
import type { BreakerRuleChanges } from './circuit-breaker-options.ts'
import type { WindowCounts } from './outcome-window.ts'
import type { Permit } from './permit.ts'

export interface CircuitBreakerSnapshot {
  readonly name: string
  readonly state: BreakerState
  /** The state that a breaker which only observes would have; undefined when it does not observe. */
  readonly observed: BreakerState | undefined
  /** Why it is in this state. */
  readonly reason: BreakerReason
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
  /** Calls under way that hang, where the options say from when on; of a closed breaker. */
  readonly hung: number
  /** Calls refused since the start; by one that only observes: those that it would have refused. */
  readonly refused: number
  /** Changes of state since the start. */
  readonly transitions: number
  /** How long a call made now would be refused; 0 when it would go ahead. */
  readonly retryAfterMs: number
}

export interface CircuitBreaker extends Policy, Disposable {
  readonly kind: 'circuit-breaker'
  readonly state: BreakerState
  /**
   * Whether a new breaker would do as well. Not while it is open or held by an operator, nor until the ramp and the growth
   * of its open time are over. A few failures that a closed one has counted are no reason to keep it: otherwise each key that
   * failed once would be kept for ever.
   */
  readonly isIdle: boolean
  /**
   * Takes the right to make one call, to guard work that is not a function.
   *
   * @throws SeaworthyError ERR_CIRCUIT_OPEN with `retryAfterMs` when the breaker refuses
   */
  acquire(): Permit
  /** The same without an error: undefined when the breaker refuses. The snapshot tells for how long. */
  tryAcquire(): Permit | undefined
  /** Refuses every call until {@link forceClosed} or {@link reset}. */
  forceOpen(note?: string): void
  /** Lets every call through, whatever it ends in, until {@link forceOpen} or {@link reset}. */
  forceClosed(): void
  /** Closes it and forgets what it counted. */
  reset(): void
  /** Says that the dependency is back: an open breaker is half-open at once. Otherwise nothing changes. */
  recover(): void
  /**
   * Changes the given options while it runs; the others stay. Its state, its totals and calls under way stay, and of the
   * window what fits into the new one (nothing when it becomes one of another kind). An open breaker never stays open
   * for longer because of it. When an option is wrong, nothing changes.
   *
   * @throws SeaworthyError ERR_INVALID_OPTION
   */
  reconfigure(changes: BreakerRuleChanges): void
  snapshot(): CircuitBreakerSnapshot
  /** Everything that must survive the process, by the wall clock. Goes into the option `restore`. */
  toJSON(): BreakerRecord
  /** Takes its reports back from other instances. It goes on alone. */
  [Symbol.dispose](): void
}
