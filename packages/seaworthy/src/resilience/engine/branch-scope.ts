import { Ending, type CallScope, type Order, type ScopeChild } from './call-scope.ts'
import type { Line } from './line.ts'
import type { Stray } from './stray.ts'

/** One of several branches of a call, which can be ended alone. */
export class BranchScope implements CallScope, ScopeChild {
  readonly order: Order
  readonly attempt: number
  readonly #around: CallScope
  readonly #ending = new Ending()

  constructor(around: CallScope, attempt: number) {
    this.order = around.order
    this.attempt = attempt
    this.#around = around
    around.adopt(this)
  }

  orderIn(line: Line): Order | undefined {
    const order = this.#around.orderIn(line)
    return order !== undefined && order === this.#around.order ? this.order : order
  }

  get signal(): AbortSignal {
    return this.#ending.signal
  }

  get deadlineMs(): number | undefined {
    return this.#around.deadlineMs
  }

  get isAborted(): boolean {
    return this.#ending.isAborted
  }

  get reason(): unknown {
    return this.#ending.reason
  }

  get isWaiting(): boolean {
    return !this.#ending.hasBegun
  }

  adopt(child: ScopeChild): void {
    this.#ending.adopt(child)
  }

  disown(child: ScopeChild): void {
    this.#ending.disown(child)
  }

  noteStray(stray: Stray): void {
    this.#around.noteStray(stray)
  }

  /** Ends the branch before its time. */
  aborted(reason: unknown): void {
    this.close()
    this.#ending.abort(reason)
  }

  /** The branch has ended, so that the end of the call no longer concerns it. */
  close(): void {
    this.#around.disown(this)
  }
}
