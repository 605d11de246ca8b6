import { KeyTable, noSlot } from '../keyed/key-table.ts'

/** How many keys one eviction looks at. */
const evictionSample = 16

/** Which key is unused for longest is known in such steps. */
const tickMs = 100

/** What decides which key goes. */
export interface SlotUse {
  /** How much of its limit a slot has used up; 0 when nothing is lost with it. */
  usedBy(slot: number): number
  /** A slot begins anew, for another key. */
  opened(slot: number): void
}

/**
 * The slots of the keys of a limit, in bounded memory. Calls without a key, and all calls of a limit without keys, have
 * {@link noSlot}.
 *
 * When all places are taken, a key goes whose limit is full again; if there is none among the longest unused that are
 * looked at, the one of them that has used least. So a caller cannot shake off its limit by arriving under many keys: those
 * keys, used once, are the first to go, and one with an exhausted limit is the last.
 */
export class KeySlots {
  readonly #keys: KeyTable | undefined
  readonly #use: SlotUse

  /** @param keysMax how many keys; 0 for a limit without */
  constructor(keysMax: number, use: SlotUse) {
    this.#keys = keysMax > 0 ? new KeyTable(keysMax) : undefined
    this.#use = use
  }

  get size(): number {
    return this.#keys === undefined ? 0 : this.#keys.size
  }

  /** The slot of a key that is known; undefined for another. */
  find(key: string | undefined): number | undefined {
    if (this.#keys === undefined || key === undefined) return noSlot
    const slot = this.#keys.slotOf(key)
    return slot === noSlot ? undefined : slot
  }

  /** The slot of a key, which is then known. */
  slotFor(key: string | undefined, nowMs: number): number {
    const keys = this.#keys
    if (keys === undefined || key === undefined) return noSlot
    const known = keys.slotOf(key)
    if (known !== noSlot) {
      keys.use(known, Math.floor(nowMs / tickMs))
      return known
    }
    if (keys.isFull) this.#evict(keys)
    const slot = keys.add(key)
    this.#use.opened(slot)
    return slot
  }

  /** Keeps a key whatever comes. There must be more places than are held. */
  hold(slot: number): void {
    if (slot !== noSlot) this.#keys?.hold(slot)
  }

  letGo(slot: number): void {
    if (slot !== noSlot) this.#keys?.letGo(slot)
  }

  #evict(keys: KeyTable): void {
    const first = keys.oldest
    let victim = first
    let least = this.#use.usedBy(first)
    for (let looked = 1; looked < evictionSample && least > 0; looked++) {
      // At the end, so that the next eviction looks at others.
      keys.use(keys.oldest)
      const slot = keys.oldest
      if (slot === first) break
      const used = this.#use.usedBy(slot)
      if (used < least) [victim, least] = [slot, used]
    }
    keys.remove(victim)
  }
}
