import type { BreakerState, Duration } from 'seaworthy/core'
import type { ActiveFault, Fault } from 'seaworthy/resilience'
import type { DependencySnapshot } from './dependency-snapshot.ts'
import type { OperationDescription } from './operation-description.ts'

/** How much it matters: readiness fails when a `critical` one is down, and only then. */
export const importances = ['critical', 'important', 'optional'] as const
export type Importance = (typeof importances)[number]

/**
 * `down`: the breaker is open, or two probes in a row failed. `impaired`: being tried again, sent
 * only a part of the calls, or the newest probe or, in the last minute, the newest call failed. `unknown`: nothing heard yet, or nothing since a call failed.
 */
export type DependencyState = 'up' | 'impaired' | 'down' | 'unknown'

/** What is known about a dependency now. */
export interface DependencyStatus {
  readonly name: string
  readonly importance: Importance
  readonly state: DependencyState
  /** When it came into this state. */
  readonly since: Date
  /** Why, in words for an operator; empty while it is up. */
  readonly reason: string
  readonly breaker: BreakerState | undefined
  readonly lastProbe: { readonly ok: boolean; readonly at: Date; readonly durationMs: number } | undefined
  readonly fault: ActiveFault | undefined
}

/** A declared dependency as operators and the service see it. */
export interface DependencyHandle {
  readonly name: string
  readonly importance: Importance
  status(): DependencyStatus
  /** What its policies know now: of each one that was declared. */
  snapshot(): DependencySnapshot
  /** Whether every operation has a fallback that can answer for it. */
  readonly hasFallback: boolean
  readonly hasProbe: boolean
  /**
   * Asks the dependency whether it is there, and moves its state accordingly. One at a time: who asks meanwhile gets the
   * same answer. Without a declared probe the answer is true. Never throws.
   */
  probe(signal?: AbortSignal): Promise<boolean>
  /** How often to ask; 0 without a probe. */
  readonly probeEveryMs: number
  /** Is told of each change of the status. The returned function stops it. */
  onChange(listener: () => void): () => void
  /** Refuses every call until released. */
  forceOpen(reason: string): void
  /** Lets every call through until released. */
  forceClosed(): void
  /** Back to automatic, closed, with empty counts. */
  reset(): void
  /** Breaks the dependency on purpose, for the duration or until cleared. */
  setFault(fault: Fault, duration?: Duration): void
  clearFault(): void
  describe(): {
    readonly name: string
    readonly importance: Importance
    readonly probe: { readonly everyMs: number; readonly timeoutMs: number } | undefined
    readonly operations: readonly OperationDescription[]
  }
}
