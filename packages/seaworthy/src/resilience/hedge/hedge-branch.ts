import { BranchScope } from '../engine/branch-scope.ts'
import type { CallScope, Order } from '../engine/call-scope.ts'
import { discardResult, type Discard } from '../retry/discard.ts'

/** One attempt of a race: ends alone, and knows what its work is still to give. */
export class HedgeBranch extends BranchScope {
  override readonly order: Order
  #pending: Promise<unknown> | undefined

  constructor(around: CallScope, attempt: number) {
    super(around, attempt)
    const { work, options } = around.order
    this.order = { options, work: (context) => this.#follow(work(context)) }
  }

  /** Ends it before it has answered. What its work gives nevertheless is discarded. */
  lose(reason: unknown, discard: Discard): void {
    const pending = this.#pending
    this.aborted(reason)
    pending?.then(
      (result) => discardResult(result, discard),
      () => {},
    )
  }

  #follow(result: unknown): Promise<unknown> {
    const pending = Promise.resolve(result)
    this.#pending = pending
    const settled = (): void => {
      if (this.#pending === pending) this.#pending = undefined
    }
    pending.then(settled, settled)
    return pending
  }
}
