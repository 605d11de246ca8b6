import type { BadOutcome, OutcomeWindow, WindowCounts, WindowRecord } from './outcome-window.ts'

export interface ConsecutiveRule {
  readonly kind: 'consecutive'
  /** Failed or slow calls in a row that trip. */
  readonly failures: number
}

/** Trips after a number of failures in a row; a slow call counts as a failure. It does not look at the time. */
export class ConsecutiveWindow implements OutcomeWindow {
  readonly #rule: ConsecutiveRule
  #failed = 0
  #slow = 0

  constructor(rule: ConsecutiveRule) {
    this.#rule = rule
  }

  recordOk(): boolean {
    this.#failed = 0
    this.#slow = 0
    return false
  }

  recordBad(outcome: BadOutcome): boolean {
    if (outcome === 'slow') this.#slow++
    else this.#failed++
    return this.#failed + this.#slow >= this.#rule.failures
  }

  counts(): WindowCounts {
    return { calls: this.#failed + this.#slow, failed: this.#failed, slow: this.#slow }
  }

  clear(): void {
    this.#failed = 0
    this.#slow = 0
  }

  save(): WindowRecord {
    return { kind: 'consecutive', failed: this.#failed, slow: this.#slow }
  }

  load(record: WindowRecord): void {
    if (record.kind !== 'consecutive') return
    this.#failed = record.failed
    this.#slow = record.slow
  }
}
