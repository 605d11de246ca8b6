import { onAbort } from 'seaworthy/core'
import type { Taken } from './meter.ts'
import { Waiter } from './waiter.ts'

/** Somebody who waits for a promise. */
export class PromiseWaiter extends Waiter {
  readonly promise: Promise<void>
  readonly #resolve: () => void
  readonly #reject: (reason: unknown) => void
  #stopListening: (() => void) | undefined

  constructor(cost: number) {
    super(cost)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.promise = promise
    this.#resolve = resolve
    this.#reject = reject
  }

  /** Gives up when the signal aborts. */
  listen(signal: AbortSignal | undefined, leave: () => void): void {
    this.#stopListening = onAbort(signal, (reason) => {
      leave()
      this.#reject(reason)
    })
  }

  admit(): void {
    this.#stopListening?.()
    this.#resolve()
  }

  refuse(error: unknown): void {
    this.#stopListening?.()
    this.#reject(error)
  }
}

/** A reservation that stands behind callers who wait, until its turn comes to take its units. */
export class ReservedPlace extends Waiter {
  /** Undefined until the units are taken. */
  taken: Taken | undefined

  admit(taken: Taken): void {
    this.taken = taken
  }

  /** A promise is not broken. */
  refuse(): void {}
}
