import type { CountedOutcome, OutcomeWindow, WindowCounts } from './outcome-window.ts'

/** Trips after a number of failures in a row; a slow call counts as a failure. */
export class ConsecutiveWindow implements OutcomeWindow {
  readonly #failures: number
  #failed = 0
  #slow = 0

  constructor(failures: number) {
    this.#failures = failures
  }

  record(outcome: CountedOutcome): void {
    if (outcome === 'ok') this.clear()
    else if (outcome === 'slow') this.#slow++
    else this.#failed++
  }

  isTripped(): boolean {
    return this.#failed + this.#slow >= this.#failures
  }

  counts(): WindowCounts {
    return { calls: this.#failed + this.#slow, failed: this.#failed, slow: this.#slow }
  }

  clear(): void {
    this.#failed = 0
    this.#slow = 0
  }
}
