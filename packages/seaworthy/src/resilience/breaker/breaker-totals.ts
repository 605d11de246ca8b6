import type { Outcome } from 'seaworthy/core'

/** What a breaker has counted since its start. */
export class BreakerTotals {
  ok = 0
  failed = 0
  slow = 0
  ignored = 0
  refused = 0
  transitions = 0

  /** Anything that is not one of the outcomes counts as a failure. */
  add(outcome: Outcome): void {
    if (outcome === 'ok') this.ok++
    else if (outcome === 'slow') this.slow++
    else if (outcome === 'ignored') this.ignored++
    else this.failed++
  }

  outcomes(): Readonly<Record<Outcome, number>> {
    const { ok, failed, slow, ignored } = this
    return Object.freeze({ ok, failed, slow, ignored })
  }
}
