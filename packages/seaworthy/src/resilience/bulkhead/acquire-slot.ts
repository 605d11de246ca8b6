import { abortReason, onAbort } from 'seaworthy/core'
import { wrongWishes } from '../engine/check-call.ts'
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

/**
 * Takes a slot, waiting for it if need be. Rejects with the refusal, with the reason of the signal, or with ERR_INVALID_OPTION
 * for a request of a wrong kind.
 */
export function acquireSlot(keeper: SlotKeeper, request: SlotRequest): Promise<void> {
  // A priority may have a name here, and what is none counts as the usual one.
  const isObject = typeof request === 'object' && request !== null
  const wrong = wrongWishes(isObject ? { signal: request.signal, key: request.key } : request)
  if (wrong !== undefined) return Promise.reject(wrong)
  const { signal, priority, key } = request
  if (signal?.aborted === true) return Promise.reject(abortReason(signal))
  if (keeper.pool.tryTake()) return Promise.resolve()
  const waiter = new PromiseWaiter(keeper, signal)
  if (keeper.pool.enqueue(waiter, priorityOf(priority), key)) return waiter.promise
  return Promise.reject(keeper.refuse('full'))
}

class PromiseWaiter implements SlotWaiter {
  readonly #keeper: SlotKeeper
  readonly #signal: AbortSignal | undefined
  readonly #settle = Promise.withResolvers<void>()
  #stopListening = (): void => {}

  constructor(keeper: SlotKeeper, signal: AbortSignal | undefined) {
    this.#keeper = keeper
    this.#signal = signal
  }

  get promise(): Promise<void> {
    return this.#settle.promise
  }

  wait(place: SlotPlace): void {
    this.#stopListening = onAbort(this.#signal, (reason) => {
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
