import { KeyTable, noSlot } from './key-table.ts'

/** A map of at most `capacity` entries; a further one pushes out the least recently used. */
export class LruMap<Value> {
  readonly #keys: KeyTable
  readonly #values: (Value | undefined)[] = []

  constructor(capacity: number) {
    this.#keys = new KeyTable(capacity)
  }

  get size(): number {
    return this.#keys.size
  }

  get(key: string): Value | undefined {
    const slot = this.#keys.slotOf(key)
    if (slot === noSlot) return undefined
    this.#keys.use(slot)
    return this.#values[slot]
  }

  set(key: string, value: Value): void {
    let slot = this.#keys.slotOf(key)
    if (slot === noSlot) {
      if (this.#keys.isFull) this.#remove(this.#keys.oldest)
      slot = this.#keys.add(key)
    } else this.#keys.use(slot)
    this.#values[slot] = value
  }

  delete(key: string): void {
    this.#remove(this.#keys.slotOf(key))
  }

  #remove(slot: number): void {
    this.#keys.remove(slot)
    this.#values[slot] = undefined
  }
}
