/** An outcome that says something about the dependency. */
export type CountedOutcome = 'ok' | 'failed' | 'slow'

export interface WindowCounts {
  /** Calls in the window, failed and slow ones included. */
  readonly calls: number
  readonly failed: number
  readonly slow: number
}

/** What a closed breaker remembers of the calls so far, and when that is too bad to go on. */
export interface OutcomeWindow {
  record(outcome: CountedOutcome, nowMs: number): void
  isTripped(nowMs: number): boolean
  counts(nowMs: number): WindowCounts
  clear(): void
}

/** When the rates of a window trip the breaker. */
export interface RateLimits {
  /** Share of failed calls, from 0.001 to 1. */
  readonly failureRate: number
  /** Share of slow calls, from 0.001 to 1. */
  readonly slowRate: number
  /** Below this number of calls nothing trips. */
  readonly minimumCalls: number
}

export function exceedsRates(counts: WindowCounts, limits: RateLimits): boolean {
  if (counts.calls < limits.minimumCalls) return false
  return counts.failed >= limits.failureRate * counts.calls || counts.slow >= limits.slowRate * counts.calls
}
