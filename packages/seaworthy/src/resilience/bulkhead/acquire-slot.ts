import { abortReason, onAbort } from 'seaworthy/core'
import { priorityOf, type Priority } from './priority.ts'
import type { SlotPlace, SlotRefusal, SlotWaiter } from './slot-pool.ts'
import type { SlotKeeper } from './slot-stage.ts'

/** How a slot is asked for, by who cannot wrap a function. */
export interface SlotRequest {
  /** Ends the wait at once, with its own reason. */
  readonly signal?: AbortSignal | undefined
  /** Who waits is served highest first. Default `important`. */
  readonly priority?: Priority | undefined
  /** Keys that wait are served in turn. */
  readonly key?: string | undefined
}

/** Takes a slot, waiting for it if need be. Rejects with the refusal, or with the reason of the signal. */
export function acquireSlot(keeper: SlotKeeper, { signal, priority, key }: SlotRequest): Promise<void> {
  if (signal?.aborted === true) return Promise.reject(abortReason(signal))
  if (keeper.pool.tryTake()) return Promise.resolve()
  const waiter = new PromiseWaiter(keeper)
  const place = keeper.pool.enqueue(waiter, priorityOf(priority), key)
  if (place === undefined) return Promise.reject(keeper.refuse('full'))
  waiter.listen(signal, place)
  return waiter.promise
}

class PromiseWaiter implements SlotWaiter {
  readonly #keeper: SlotKeeper
  readonly #settle = Promise.withResolvers<void>()
  #stopListening = (): void => {}

  constructor(keeper: SlotKeeper) {
    this.#keeper = keeper
  }

  get promise(): Promise<void> {
    return this.#settle.promise
  }

  listen(signal: AbortSignal | undefined, place: SlotPlace): void {
    this.#stopListening = onAbort(signal, (reason) => {
      this.#keeper.pool.leave(place)
      this.#settle.reject(reason)
    })
  }

  admit(): void {
    this.#stopListening()
    this.#settle.resolve()
  }

  refuse(reason: SlotRefusal): void {
    this.#stopListening()
    this.#settle.reject(this.#keeper.refuse(reason))
  }
}
