/** Stands for no slot, and for the place in the order where its two ends meet. */
export const noSlot = 0

/** What is kept of a slot: its neighbours in the order, by how many it is held, and the stamp of its last use. */
const width = 4
const newerOf = 0
const olderOf = 1
const holdsOf = 2
const stampOf = 3

/** Keys in use right now that are found without touching the large map; smaller tables are as quick by themselves. */
const nearMax = 256

/** In place of a neighbour: the slot is not in the order. */
const outside = -1

/**
 * At most `capacity` keys, each with a small number of its own, its slot, from 1. What is known of a key is kept by the
 * caller in arrays at this index. The keys are in order of their last use; those that are held are left out for whoever
 * looks for one to push out.
 *
 * The order is a list whose links are in a typed array, together with all else that a use touches. Of the forms measured
 * with 100,000 keys it was the one with an order that costs least: taking a key out of a `Map` and putting it back leaves a
 * hole in its chain each time (7 µs a use when some keys are used far more than others), and links in objects touch more
 * cache lines. A use with the stamp of the last one leaves the order as it is, so that busy keys touch nothing but their own
 * row; and they are found in a small map, because a look into one of 100,000 entries takes twice as long.
 */
export class KeyTable {
  readonly capacity: number
  readonly #slots = new Map<string, number>()
  readonly #near = new Map<string, number>()
  readonly #keys: (string | undefined)[] = [undefined]
  readonly #free: number[] = []
  #rows = new Int32Array(16 * width)
  /** That of the last use of any key. */
  #stamp = 0

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
    const near = this.#near.get(key)
    if (near !== undefined) return near
    const slot = this.#slots.get(key) ?? noSlot
    const stamp = this.stampOf(slot)
    if (stamp !== 0 && stamp === this.#stamp && this.#slots.size > nearMax) this.#keepNear(key, slot)
    return slot
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
    this.#unlink(slot)
    this.#rows[slot * width + holdsOf] = 0
    this.#rows[slot * width + stampOf] = 0
    this.#slots.delete(key)
    this.#near.delete(key)
    this.#keys[slot] = undefined
    this.#free.push(slot)
  }

  /**
   * Notes a use of a key: it is now the most recently used, unless it was used with the same stamp before.
   *
   * @param stamp a whole number of 31 bits that grows with time; without it, each use counts
   */
  use(slot: number, stamp?: number): void {
    const row = slot * width
    if (stamp !== undefined) {
      if (this.#rows[row + stampOf] === stamp && this.#rows[row + newerOf] !== outside) return
      this.#rows[row + stampOf] = stamp
      this.#stamp = stamp
    }
    this.#unlink(slot)
    this.#link(slot)
  }

  /** Leaves a key out of the search for the oldest until it is let go as often as it was held. */
  hold(slot: number): void {
    this.#rows[slot * width + holdsOf] = this.#holdsOf(slot) + 1
  }

  /** Lets a held key go; when nobody holds it any more, that is a use of it. */
  letGo(slot: number, stamp?: number): void {
    const holds = this.#holdsOf(slot)
    if (holds === 0) return
    this.#rows[slot * width + holdsOf] = holds - 1
    if (holds === 1) this.use(slot, stamp)
  }

  isHeld(slot: number): boolean {
    return this.#holdsOf(slot) > 0
  }

  /** The stamp of the last use; 0 without. */
  stampOf(slot: number): number {
    return this.#rows[slot * width + stampOf] as number
  }

  /** The least recently used slot that nobody holds, or {@link noSlot}. */
  get oldest(): number {
    let slot = this.#rows[newerOf] as number
    // What is held leaves the order when it is met there, and comes back when it is let go.
    for (; slot !== noSlot && this.isHeld(slot); slot = this.#rows[newerOf] as number) this.#unlink(slot)
    return slot
  }

  /** A key that was used twice with the same stamp, so that keys which all come rarely do not pass through. */
  #keepNear(key: string, slot: number): void {
    if (this.#near.size >= nearMax) this.#near.clear()
    this.#near.set(key, slot)
  }

  #holdsOf(slot: number): number {
    return this.#rows[slot * width + holdsOf] as number
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
    const newer = rows[slot * width + newerOf] as number
    if (newer === outside) return
    const older = rows[slot * width + olderOf] as number
    rows[older * width + newerOf] = newer
    rows[newer * width + olderOf] = older
    rows[slot * width + newerOf] = outside
  }

  #grow(): void {
    const rows = new Int32Array(Math.min(this.#rows.length * 2, (this.capacity + 1) * width))
    rows.set(this.#rows)
    this.#rows = rows
  }
}
