import type { Timer } from 'seaworthy/core'
import type { AbortListener } from '../engine/abort-scope.ts'
import type { Call } from '../engine/call-context.ts'

/** What a waiter does when its waiting ends. */
export interface WaiterActions {
  /** Starts the work in the slot that the waiter got. */
  readonly run: () => void
  /** Takes the waiter out of the queue. */
  readonly leave: () => void
  readonly reject: (reason: unknown) => void
}

/** A call that waits for a slot. It ends once: admitted, refused, or aborted by its caller. */
export class BulkheadWaiter implements AbortListener {
  readonly #call: Call
  readonly #actions: WaiterActions
  #timer: Timer | undefined

  constructor(call: Call, actions: WaiterActions) {
    this.#call = call
    this.#actions = actions
  }

  /** Begins to wait. The timer, if any, refuses. */
  wait(timer: Timer | undefined): void {
    this.#timer = timer
    this.#call.countQueued(1)
    this.#call.scope.listen(this)
  }

  admit(): void {
    this.#end()
    this.#actions.run()
  }

  refuse(error: unknown): void {
    this.#end()
    this.#actions.leave()
    this.#actions.reject(error)
  }

  aborted(reason: unknown): void {
    this.refuse(reason)
  }

  #end(): void {
    this.#timer?.cancel()
    this.#call.countQueued(-1)
    this.#call.scope.unlisten(this)
  }
}
