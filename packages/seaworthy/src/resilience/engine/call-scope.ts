import type { CallContext, ExecuteOptions, Work } from './call-context.ts'
import type { Line } from './line.ts'
import type { Stray } from './stray.ts'

/** What a call is made with; the same for all its attempts. */
export interface Order {
  readonly work: Work<unknown>
  readonly options: ExecuteOptions
}

/** A part of a call that can end as one: an attempt, or a branch of it. */
export interface CallScope extends CallContext {
  readonly order: Order
  /** What the call that goes through this line is made with, if the scope is inside of that; undefined if it is not. */
  orderIn(line: Line): Order | undefined
  readonly isAborted: boolean
  /** Why it was aborted; undefined while it is not. */
  readonly reason: unknown
  /** Lets something inside end with it. */
  adopt(child: ScopeChild): void
  disown(child: ScopeChild): void
  /** Takes note of work that goes on although it was given up. */
  noteStray(stray: Stray): void
}

/** What is inside a scope. */
export interface ScopeChild {
  /** Whether it waits for something of ours, so that its work is not under way. */
  readonly isWaiting: boolean
  /** Called once when the scope around it ends before its time. */
  aborted(reason: unknown): void
}

/** How a scope ends, and who is to be told. Made when somebody wants to know. */
export class Ending {
  isAborted = false
  reason: unknown
  #controller: AbortController | undefined
  readonly #children = new Set<ScopeChild>()

  /** An `AbortController` is only made when somebody looks. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.isAborted) this.#controller.abort(this.reason)
    }
    return this.#controller.signal
  }

  /** Whether work has begun in the scope: that of a pipeline inside it, if there is one. */
  get hasBegun(): boolean {
    if (this.#children.size === 0) return true
    for (const child of this.#children) if (!child.isWaiting) return true
    return false
  }

  abort(reason: unknown): void {
    if (this.isAborted) return
    this.isAborted = true
    this.reason = reason
    const children = [...this.#children]
    this.#children.clear()
    for (const child of children) child.aborted(reason)
    this.#controller?.abort(reason)
  }

  adopt(child: ScopeChild): void {
    if (this.isAborted) child.aborted(this.reason)
    else this.#children.add(child)
  }

  disown(child: ScopeChild): void {
    this.#children.delete(child)
  }
}
