import { abortReason } from 'seaworthy/core'
import type { ScopeChild } from './call-scope.ts'

/**
 * Those who wait for one signal, behind one listener: a signal that outlives its calls, as that of a whole process, is
 * left with one listener however many calls it sees. Adding a listener of one's own to the signal and removing it costs
 * five times as much.
 */
export class SignalHub {
  readonly #listeners = new Set<ScopeChild>()

  constructor(signal: AbortSignal) {
    const onAbort = (): void => {
      const reason = abortReason(signal)
      const listeners = [...this.#listeners]
      this.#listeners.clear()
      for (const listener of listeners) listener.aborted(reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
  }

  add(listener: ScopeChild): void {
    this.#listeners.add(listener)
  }

  remove(listener: ScopeChild): void {
    this.#listeners.delete(listener)
  }
}

const hubs = new WeakMap<AbortSignal, SignalHub>()

/** The hub of a signal that has not been aborted. */
export function hubOf(signal: AbortSignal): SignalHub {
  let hub = hubs.get(signal)
  if (hub === undefined) {
    hub = new SignalHub(signal)
    hubs.set(signal, hub)
  }
  return hub
}
