import type { BadOutcome, CountedOutcome, WindowCounts, WindowRecord } from './outcome-window.ts'
import { RateWindow, type RateLimits } from './rate-window.ts'

export interface CountRule extends RateLimits {
  readonly kind: 'count'
  /** How many of the last calls count. */
  readonly size: number
}

const codes = { ok: 1, failed: 2, slow: 3 } as const

/**
 * The outcomes of the last `size` calls: one byte each, with running totals. As long as all of them went well, their
 * number says everything, and there are no bytes.
 */
export class CountWindow extends RateWindow<CountRule> {
  #outcomes: Uint8Array | undefined
  #next = 0

  recordOk(): boolean {
    if (this.#outcomes === undefined) {
      if (this.calls < this.rule.size) this.calls++
      return false
    }
    this.#put(this.#outcomes, 'ok')
    if (this.failed + this.slow > 0) return this.isTripped()
    if (this.calls === this.rule.size) this.#outcomes = undefined
    return false
  }

  recordBad(outcome: BadOutcome): boolean {
    this.#outcomes ??= this.#allOk()
    this.#put(this.#outcomes, outcome)
    return this.isTripped()
  }

  counts(): WindowCounts {
    return this.totals()
  }

  override clear(): void {
    super.clear()
    this.#outcomes = undefined
  }

  save(): WindowRecord {
    if (this.#outcomes === undefined) return { kind: 'count', outcomes: 'o'.repeat(this.calls) }
    const { size } = this.rule
    const oldest = this.calls < size ? 0 : this.#next
    let outcomes = ''
    for (let i = 0; i < this.calls; i++) outcomes += ' ofs'[this.#outcomes[(oldest + i) % size] ?? 0]
    return { kind: 'count', outcomes }
  }

  load(record: WindowRecord): void {
    if (record.kind !== 'count') return
    for (const letter of record.outcomes) {
      if (letter === 'o') this.recordOk()
      else this.recordBad(letter === 'f' ? 'failed' : 'slow')
    }
  }

  #allOk(): Uint8Array {
    const { size } = this.rule
    this.#next = this.calls % size
    return new Uint8Array(size).fill(codes.ok, 0, this.calls)
  }

  #put(outcomes: Uint8Array, outcome: CountedOutcome): void {
    const left = outcomes[this.#next]
    if (left === codes.failed) this.failed--
    else if (left === codes.slow) this.slow--
    else if (left !== codes.ok) this.calls++
    outcomes[this.#next] = codes[outcome]
    if (outcome === 'failed') this.failed++
    else if (outcome === 'slow') this.slow++
    this.#next++
    if (this.#next === outcomes.length) this.#next = 0
  }
}
