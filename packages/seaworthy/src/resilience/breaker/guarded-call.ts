import type { Outcome } from 'seaworthy/core'
import type { AbortListener } from '../engine/abort-scope.ts'
import type { Call } from '../engine/call-context.ts'
import { classifyAbort } from '../engine/classify-error.ts'
import type { OutcomeJudge } from './permit.ts'

/**
 * One call that a breaker let in. It is settled once: by its result, or by the abort of the call, so that work which
 * ignores its signal does not hold a probe.
 */
export class GuardedCall implements AbortListener {
  readonly generation: number
  readonly startedAt: number
  readonly #judge: OutcomeJudge
  readonly #call: Call
  #isOver = false

  constructor(judge: OutcomeJudge, call: Call, startedAt: number) {
    this.#judge = judge
    this.#call = call
    this.generation = judge.generation
    this.startedAt = startedAt
  }

  succeeded(): void {
    if (!this.#isOver) this.#settle(this.#judge.successOf(this.startedAt))
  }

  failed(error: unknown): void {
    if (!this.#isOver) this.#settle(this.#judge.failureOf(error))
  }

  aborted(reason: unknown): void {
    if (!this.#isOver) this.#settle(this.#call.isQueued ? 'ignored' : classifyAbort(reason))
  }

  #settle(outcome: Outcome): void {
    this.#isOver = true
    this.#call.scope.unlisten(this)
    this.#judge.settle(this, outcome)
  }
}
