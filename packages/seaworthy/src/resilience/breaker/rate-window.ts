import type { BadOutcome, Now, OutcomeWindow, WindowCounts, WindowRecord } from './outcome-window.ts'

/** When the rates of a window trip the breaker. */
export interface RateLimits {
  /** Share of failed calls, from 0.001 to 1. */
  readonly failureRate: number
  /** Share of slow calls, from 0.001 to 1. */
  readonly slowRate: number
  /** Below this number of calls nothing trips. */
  readonly minimumCalls: number
}

/** A window with running totals that trips by the share of bad calls. */
export abstract class RateWindow<Rule extends RateLimits> implements OutcomeWindow {
  protected readonly rule: Rule
  protected calls = 0
  protected failed = 0
  protected slow = 0

  constructor(rule: Rule) {
    this.rule = rule
  }

  abstract recordOk(clock: Now): boolean
  abstract recordBad(outcome: BadOutcome, clock: Now): boolean
  abstract counts(clock: Now): WindowCounts
  abstract save(): WindowRecord
  abstract load(record: WindowRecord, nowMs: number): void

  clear(): void {
    this.calls = 0
    this.failed = 0
    this.slow = 0
  }

  protected totals(): WindowCounts {
    return { calls: this.calls, failed: this.failed, slow: this.slow }
  }

  protected isTripped(): boolean {
    const { calls, rule } = this
    if (calls < rule.minimumCalls) return false
    return this.failed >= rule.failureRate * calls || this.slow >= rule.slowRate * calls
  }
}
