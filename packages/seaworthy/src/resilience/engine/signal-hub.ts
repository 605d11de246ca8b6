import { abortReason } from 'seaworthy/core'
import type { ScopeChild } from './call-scope.ts'

/** What ends with something else, until it leaves. */
export interface Tie {
  /** Nothing happens the second time. */
  leave(): void
}

/**
 * Hubs that nobody waits at, but which still listen. A signal made by `AbortSignal.any` or `AbortSignal.timeout` stays in
 * memory for as long as it has a listener, so there are never more of them than this.
 */
const idleMax = 64

/**
 * Those who wait for one signal, behind one listener: a signal that outlives its calls, as that of a whole process, is
 * left with one listener however many calls it sees. Adding a listener of one's own to the signal and removing it costs
 * five times as much. They are told in the order in which they came.
 */
class SignalHub {
  readonly #signal: AbortSignal
  #first: HubTie | undefined
  #last: HubTie | undefined
  /** Whether it is in the list of those that may be idle. */
  #isListed = false
  readonly #onAbort = (): void => {
    const reason = abortReason(this.#signal)
    for (let tie = this.#first; tie !== undefined; tie = this.#first) {
      tie.leave()
      tie.follower.aborted(reason)
    }
  }

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
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
    if (this.#first === undefined && !this.#isListed) this.#list()
  }

  /** Stops listening, if nobody waits. */
  rest(): void {
    this.#isListed = false
    if (this.#first !== undefined) return
    this.#signal.removeEventListener('abort', this.#onAbort)
    hubs.delete(this.#signal)
  }

  #list(): void {
    this.#isListed = true
    if (perhapsIdle.length === idleMax) for (const hub of perhapsIdle.splice(0)) hub.rest()
    perhapsIdle.push(this)
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
const perhapsIdle: SignalHub[] = []

/** The hub of a signal that has not been aborted. */
export function hubOf(signal: AbortSignal): SignalHub {
  let hub = hubs.get(signal)
  if (hub === undefined) {
    hub = new SignalHub(signal)
    hubs.set(signal, hub)
  }
  return hub
}
