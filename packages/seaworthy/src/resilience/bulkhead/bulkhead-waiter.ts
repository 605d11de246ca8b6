import type { Timer } from 'seaworthy/core'

/** What a waiter does when its waiting ends. */
export interface WaiterActions {
  /** Starts the work in the slot that the waiter got. */
  readonly admit: () => void
  readonly refuse: (error: unknown) => void
}

/** A call that waits for a slot. It ends once: admitted, refused, or given up. */
export class BulkheadWaiter {
  readonly #actions: WaiterActions
  #timer: Timer | undefined

  constructor(actions: WaiterActions) {
    this.#actions = actions
  }

  /** The timer that refuses it. */
  wait(timer: Timer): void {
    this.#timer = timer
  }

  admit(): void {
    this.end()
    this.#actions.admit()
  }

  refuse(error: unknown): void {
    this.end()
    this.#actions.refuse(error)
  }

  end(): void {
    this.#timer?.cancel()
  }
}
