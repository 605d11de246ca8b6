import { abortReason } from 'seaworthy/core'
import type { ScopeChild } from './call-scope.ts'

/** What ends with something else, until it leaves. */
export interface Tie {
  /** Nothing happens the second time. */
  leave(): void
}

/**
 * Those who wait for one signal, behind one listener: a signal that outlives its calls, as that of a whole process, is
 * left with one listener however many calls it sees. Adding a listener of one's own to the signal and removing it costs
 * five times as much. They are told in the order in which they came.
 */
class SignalHub {
  #first: HubTie | undefined
  #last: HubTie | undefined

  constructor(signal: AbortSignal) {
    const onAbort = (): void => {
      const reason = abortReason(signal)
      for (let tie = this.#first; tie !== undefined; tie = this.#first) {
        tie.leave()
        tie.follower.aborted(reason)
      }
    }
    signal.addEventListener('abort', onAbort, { once: true })
  }

  add(follower: ScopeChild): Tie {
    const tie = new HubTie(this, follower, this.#last)
    if (this.#last === undefined) this.#first = tie
    else this.#last.after = tie
    this.#last = tie
    return tie
  }

  remove({ before, after }: HubTie): void {
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
  }
}

/** A link of the list of a hub. */
class HubTie implements Tie {
  readonly follower: ScopeChild
  before: HubTie | undefined
  after: HubTie | undefined
  #hub: SignalHub | undefined

  constructor(hub: SignalHub, follower: ScopeChild, before: HubTie | undefined) {
    this.#hub = hub
    this.follower = follower
    this.before = before
    this.after = undefined
  }

  leave(): void {
    const hub = this.#hub
    this.#hub = undefined
    hub?.remove(this)
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
