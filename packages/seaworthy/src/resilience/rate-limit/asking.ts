import type { Timer } from 'seaworthy/core'
import type { Taken } from './meter.ts'
import type { SharedLimitGrant } from './shared-limit.ts'
import { Waiter } from './waiter.ts'

/**
 * A caller of a shared limit, from its first question until it starts, is refused or leaves: it asks the store and waits
 * for the moment that it was granted, or waits without the store.
 */
export class Asking {
  readonly waiter: Waiter
  readonly key: string | undefined
  readonly sinceMs: number
  /** For the moment of the grant. */
  timer: Timer | undefined
  grant: SharedLimitGrant | undefined
  /** Where it stands in the line of the local share, while it waits without the store. */
  place: LocalPlace | undefined
  /** Whether it waits for what another finds out about the store. */
  isHeld = false
  /** Tells its newest question from those before. */
  questions = 0
  /** How often its moment had passed before it could be used. */
  late = 0

  constructor(waiter: Waiter, key: string | undefined, sinceMs: number) {
    this.waiter = waiter
    this.key = key
    this.sinceMs = sinceMs
  }
}

/** Stands in the line of the local share for a caller. */
export class LocalPlace extends Waiter {
  readonly #waiter: Waiter
  readonly #onEnd: () => void

  /** @param onEnd before the caller hears of it that it waits no more */
  constructor(waiter: Waiter, onEnd: () => void) {
    super(waiter.cost)
    this.#waiter = waiter
    this.#onEnd = onEnd
  }

  admit(taken: Taken): void {
    this.#onEnd()
    this.#waiter.admit(taken)
  }

  refuse(error: unknown): void {
    this.#onEnd()
    this.#waiter.refuse(error)
  }
}

/** Units that a store granted. */
export class GrantedUnits implements Taken {
  readonly units: number
  readonly startMs: number
  readonly grant: SharedLimitGrant

  constructor(grant: SharedLimitGrant, startMs: number) {
    this.units = grant.cost
    this.startMs = startMs
    this.grant = grant
  }
}
