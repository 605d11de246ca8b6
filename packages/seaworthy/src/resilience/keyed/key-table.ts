/** Stands for no slot, and for the place in the order where its two ends meet. */
export const noSlot = 0

/** In place of a neighbour: the slot is held, so it is not in the order. */
const held = -1

/**
 * At most `capacity` keys, each with a small number of its own, its slot, from 1. What is known of a key is kept by the
 * caller in arrays at this index. The keys that rest are in order of their last use; those that are held are not, so that
 * whoever looks for one to push out never meets them.
 *
 * The order is a list whose links are two typed arrays. Of the forms measured with 100,000 keys it was the one with the
 * exact order that costs least: taking a key out of a `Map` and putting it back leaves a hole in its chain each time (7 µs
 * a use when some keys are used far more than others), and links in objects touch two more cache lines.
 */
export class KeyTable {
  readonly capacity: number
  readonly #slots = new Map<string, number>()
  readonly #keys: (string | undefined)[] = [undefined]
  readonly #free: number[] = []
  #newer = new Int32Array(16)
  #older = new Int32Array(16)

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
    if (slot >= this.#newer.length) this.#grow()
    this.#keys[slot] = key
    this.#slots.set(key, slot)
    this.#link(slot)
    return slot
  }

  /** Forgets a key, held or not. */
  remove(slot: number): void {
    const key = this.#keys[slot]
    if (key === undefined) return
    this.hold(slot)
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

  /** Takes a key out of the order until it is let go. */
  hold(slot: number): void {
    if (this.isHeld(slot)) return
    this.#unlink(slot)
    this.#newer[slot] = held
  }

  /** Lets a key rest again; it counts as used just now. */
  letGo(slot: number): void {
    if (this.isHeld(slot)) this.#link(slot)
  }

  isHeld(slot: number): boolean {
    return this.#newer[slot] === held
  }

  /** The slot that rests for longest, or {@link noSlot}. */
  get oldest(): number {
    return this.#newer[noSlot] as number
  }

  /** The slot that rests and was used next after this one, or {@link noSlot}. */
  newerThan(slot: number): number {
    return this.#newer[slot] as number
  }

  #link(slot: number): void {
    const newest = this.#older[noSlot] as number
    this.#older[slot] = newest
    this.#newer[slot] = noSlot
    this.#newer[newest] = slot
    this.#older[noSlot] = slot
  }

  #unlink(slot: number): void {
    const older = this.#older[slot] as number
    const newer = this.#newer[slot] as number
    this.#newer[older] = newer
    this.#older[newer] = older
  }

  #grow(): void {
    const length = Math.min(this.#newer.length * 2, this.capacity + 1)
    this.#newer = grown(this.#newer, length)
    this.#older = grown(this.#older, length)
  }
}

function grown(values: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length)
  copy.set(values)
  return copy
}
