import type { Fault } from './fault.ts'

/** How many requests one hanging service holds; further ones are let go at once, as a full accept queue does. */
const heldMax = 1_000

/** The fault of one simulator, if any, and the requests that hang because of it. */
export class FaultSwitch {
  #fault: Fault | undefined
  readonly #held = new Set<() => void>()

  get fault(): Fault | undefined {
    return this.#fault
  }

  /** How many requests hang now. */
  get held(): number {
    return this.#held.size
  }

  /** Sets or, with undefined, clears the fault. Requests that hang are let go unless the new fault is a hang too. */
  set(fault: Fault | undefined): void {
    this.#fault = fault
    if (fault?.kind !== 'hang') this.#releaseAll()
  }

  /** Waits until the hang ends. False at once when too many wait already. */
  async hold(signal: AbortSignal): Promise<boolean> {
    if (this.#held.size >= heldMax || signal.aborted) return false
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#held.add(resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    this.#held.delete(resolve)
    return !signal.aborted
  }

  #releaseAll(): void {
    for (const release of this.#held) release()
    this.#held.clear()
  }
}
