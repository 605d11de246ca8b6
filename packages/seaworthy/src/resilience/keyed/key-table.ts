/** Stands for no slot, and for the place in the order where its two ends meet. */
export const noSlot = 0

/** What is kept of a slot: its neighbours in the order, by how many it is held, and when it was last let go. */
const width = 4
const newerOf = 0
const olderOf = 1
const holdsOf = 2
const stampOf = 3

/**
 * At most `capacity` keys, each with a small number of its own, its slot, from 1. What is known of a key is kept by the
 * caller in arrays at this index. The keys that rest are in order of their last use; those that are held are not, so that
 * whoever looks for one to push out never meets them.
 *
 * The order is a list whose links are in a typed array, together with all else that a use touches. Of the forms measured
 * with 100,000 keys it was the one with the exact order that costs least: taking a key out of a `Map` and putting it back
 * leaves a hole in its chain each time (7 µs a use when some keys are used far more than others), and links in objects touch
 * more cache lines.
 */
export class KeyTable {
  readonly capacity: number
  readonly #slots = new Map<string, number>()
  readonly #keys: (string | undefined)[] = [undefined]
  readonly #free: number[] = []
  #rows = new Int32Array(16 * width)

  /** @param capacity how many keys, from 1 */
  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.#slots.size
  }

  get isFull(): boolean {
    return this.#slots.size >= this.capacity
  }

  /** Slots are below this number. */
  get slotsEnd(): number {
    return this.#keys.length
  }

  /** The slot of a key, or {@link noSlot}. Does not count as a use. */
  slotOf(key: string): number {
    return this.#slots.get(key) ?? noSlot
  }

  keyOf(slot: number): string | undefined {
    return this.#keys[slot]
  }

  /** Gives a new key a slot; it counts as used just now. Only while the table is not full. */
  add(key: string): number {
    const slot = this.#free.pop() ?? this.#keys.length
    if (slot * width >= this.#rows.length) this.#grow()
    this.#keys[slot] = key
    this.#slots.set(key, slot)
    this.#link(slot)
    return slot
  }

  /** Forgets a key, held or not. */
  remove(slot: number): void {
    const key = this.#keys[slot]
    if (key === undefined) return
    if (!this.isHeld(slot)) this.#unlink(slot)
    this.#rows[slot * width + holdsOf] = 0
    this.#rows[slot * width + stampOf] = 0
    this.#slots.delete(key)
    this.#keys[slot] = undefined
    this.#free.push(slot)
  }

  /** Notes a use of a key that rests. */
  use(slot: number): void {
    if (this.isHeld(slot)) return
    this.#unlink(slot)
    this.#link(slot)
  }

  /** Takes a key out of the order until it is let go as often as it was held. */
  hold(slot: number): void {
    const holds = this.#rows[slot * width + holdsOf] as number
    this.#rows[slot * width + holdsOf] = holds + 1
    if (holds === 0) this.#unlink(slot)
  }

  /**
   * Lets a held key rest again, if nobody else holds it; it counts as used just now.
   *
   * @param stamp what {@link stampOf} is to tell then: a whole number of 31 bits
   */
  letGo(slot: number, stamp = 0): void {
    const holds = this.#rows[slot * width + holdsOf] as number
    if (holds === 0) return
    this.#rows[slot * width + holdsOf] = holds - 1
    if (holds > 1) return
    this.#rows[slot * width + stampOf] = stamp
    this.#link(slot)
  }

  isHeld(slot: number): boolean {
    return (this.#rows[slot * width + holdsOf] as number) > 0
  }

  /** What was said when the key was last let go; 0 before. */
  stampOf(slot: number): number {
    return this.#rows[slot * width + stampOf] as number
  }

  /** The slot that rests for longest, or {@link noSlot}. */
  get oldest(): number {
    return this.#rows[newerOf] as number
  }

  /** The slot that rests and was used next after this one, or {@link noSlot}. */
  newerThan(slot: number): number {
    return this.#rows[slot * width + newerOf] as number
  }

  #link(slot: number): void {
    const rows = this.#rows
    const newest = rows[olderOf] as number
    rows[slot * width + olderOf] = newest
    rows[slot * width + newerOf] = noSlot
    rows[newest * width + newerOf] = slot
    rows[olderOf] = slot
  }

  #unlink(slot: number): void {
    const rows = this.#rows
    const older = rows[slot * width + olderOf] as number
    const newer = rows[slot * width + newerOf] as number
    rows[older * width + newerOf] = newer
    rows[newer * width + olderOf] = older
  }

  #grow(): void {
    const rows = new Int32Array(Math.min(this.#rows.length * 2, (this.capacity + 1) * width))
    rows.set(this.#rows)
    this.#rows = rows
  }
}
