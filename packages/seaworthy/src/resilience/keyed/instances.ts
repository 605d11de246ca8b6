import { isolate, type CoarseClock } from 'seaworthy/core'
import type { StagedPolicy } from '../engine/staged-policy.ts'
import { KeyTable, noSlot } from './key-table.ts'

/** How many keys one eviction looks at. */
const evictionSample = 16

/** Since when a policy is unused is known in such steps. */
const tickMs = 100

/** Is told when the policy of a slot goes. */
export interface InstanceUser {
  forget(slot: number): void
}

export interface InstanceRules<P extends StagedPolicy> {
  readonly capacity: number
  /** A policy unused for this long goes when another one comes. */
  readonly idleAfterMs: number
  readonly make: (key: string) => P
  /** Whether a policy that nobody uses may go. */
  readonly isIdle: (policy: P) => boolean
  /** Whether one that is not idle may go when no other can. */
  readonly isExpendable: (policy: P) => boolean
}

/**
 * Policies by key, at most `capacity` and one in common. The slot {@link noSlot} is that of the common one: it is for calls
 * without a key, and for keys for which there is no place. Those with calls under way never go; of the others the least
 * recently used that is idle does, and when none of those looked at is, the first that is expendable. What goes is disposed
 * of, if it can be.
 */
export class Instances<P extends StagedPolicy> {
  readonly common: P
  readonly #rules: InstanceRules<P>
  readonly #clock: CoarseClock
  readonly #keys: KeyTable
  readonly #policies: (P | undefined)[]
  readonly #users = new Set<WeakRef<InstanceUser>>()
  #evicted = 0
  #unplaced = 0

  constructor(common: P, rules: InstanceRules<P>, clock: CoarseClock) {
    this.common = common
    this.#rules = rules
    this.#clock = clock
    this.#keys = new KeyTable(rules.capacity)
    this.#policies = [common]
  }

  get size(): number {
    return this.#keys.size
  }

  /** How many have gone to make place for others, or because nobody used them. */
  get evicted(): number {
    return this.#evicted
  }

  /** How many calls there was no place for. */
  get unplaced(): number {
    return this.#unplaced
  }

  /** Begins a call of a key, whose policy then stays. The slot that it is in. */
  begin(key: string): number {
    const known = this.#keys.slotOf(key)
    const slot = known === noSlot ? this.#add(key) : known
    if (slot !== noSlot) this.#keys.hold(slot)
    return slot
  }

  /** Ends a call that {@link begin} began. */
  end(slot: number): void {
    if (slot !== noSlot) this.#keys.letGo(slot, this.#tick())
  }

  policyIn(slot: number): P {
    return this.#policies[slot] as P
  }

  /** The policy of a key, if it has one. Does not count as a use. */
  get(key: string): P | undefined {
    const slot = this.#keys.slotOf(key)
    return slot === noSlot ? undefined : this.#policies[slot]
  }

  /** Forgets a key, unless a call of it is under way. */
  remove(key: string): boolean {
    const slot = this.#keys.slotOf(key)
    if (slot === noSlot || this.#keys.isHeld(slot)) return false
    this.#drop(slot)
    return true
  }

  *entries(): Iterable<readonly [string, P]> {
    for (let slot = 1; slot < this.#keys.slotsEnd; slot++) {
      const key = this.#keys.keyOf(slot)
      if (key !== undefined) yield [key, this.policyIn(slot)]
    }
  }

  /** Tells somebody who remembers slots when they are used anew, as long as it is in use itself. */
  inform(user: InstanceUser): void {
    for (const reference of this.#users) if (reference.deref() === undefined) this.#users.delete(reference)
    this.#users.add(new WeakRef(user))
  }

  #add(key: string): number {
    this.#dropUnused()
    if (this.#keys.isFull && !this.#evict()) {
      this.#unplaced++
      return noSlot
    }
    const policy = this.#rules.make(key)
    const slot = this.#keys.add(key)
    this.#policies[slot] = policy
    return slot
  }

  /** Two for each that comes, so that what is unused becomes less. */
  #dropUnused(): void {
    const unusedSince = this.#tick() - Math.ceil(this.#rules.idleAfterMs / tickMs)
    for (let looked = 0; looked < 2; looked++) {
      const { oldest } = this.#keys
      if (oldest === noSlot || this.#keys.stampOf(oldest) > unusedSince) return
      this.#dropIfIdle(oldest)
    }
  }

  #evict(): boolean {
    let first = noSlot
    let expendable = noSlot
    for (let looked = 0; looked < evictionSample; looked++) {
      const { oldest } = this.#keys
      // None is left, or all have been looked at.
      if (oldest === first) break
      if (this.#dropIfIdle(oldest)) return true
      if (looked === 0) first = oldest
      if (expendable === noSlot && this.#rules.isExpendable(this.policyIn(oldest))) expendable = oldest
    }
    if (expendable === noSlot) return false
    this.#evicted++
    this.#drop(expendable)
    return true
  }

  #dropIfIdle(slot: number): boolean {
    const isIdle = this.#rules.isIdle(this.policyIn(slot))
    if (isIdle) {
      this.#evicted++
      this.#drop(slot)
    } else {
      // At the end, so that the next eviction looks at others.
      this.#keys.use(slot)
    }
    return isIdle
  }

  #drop(slot: number): void {
    const policy: P & Partial<Disposable> = this.policyIn(slot)
    this.#keys.remove(slot)
    this.#policies[slot] = undefined
    for (const user of this.#users) user.deref()?.forget(slot)
    if (Symbol.dispose in policy) isolate(() => policy[Symbol.dispose]?.())
  }

  /** The time in steps, so that 31 bits hold it for years. */
  #tick(): number {
    return Math.floor(this.#clock.now() / tickMs)
  }
}
