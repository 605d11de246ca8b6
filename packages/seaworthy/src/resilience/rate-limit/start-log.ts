/**
 * When units started, oldest first: for each slot a ring of at most `capacity` entries in typed arrays. Times do not go
 * back within a slot.
 */
export class StartLog {
  readonly capacity: number
  #timesMs: Float64Array
  #units: Float64Array
  #heads: Int32Array
  #counts: Int32Array
  #totals: Float64Array

  /**
   * @param capacity entries for each slot, from 1
   * @param slots how many slots, from 1
   */
  constructor(capacity: number, slots: number) {
    this.capacity = capacity
    this.#timesMs = new Float64Array(slots * capacity)
    this.#units = new Float64Array(slots * capacity)
    this.#heads = new Int32Array(slots)
    this.#counts = new Int32Array(slots)
    this.#totals = new Float64Array(slots)
  }

  get slots(): number {
    return this.#counts.length
  }

  count(slot: number): number {
    return this.#counts[slot] as number
  }

  /** The units of all entries together. */
  total(slot: number): number {
    return this.#totals[slot] as number
  }

  timeMs(slot: number, index: number): number {
    return this.#timesMs[this.#place(slot, index)] as number
  }

  units(slot: number, index: number): number {
    return this.#units[this.#place(slot, index)] as number
  }

  /** Adds an entry. Only while there is room. */
  push(slot: number, units: number, timeMs: number): void {
    const count = this.count(slot)
    const place = this.#place(slot, count)
    this.#timesMs[place] = timeMs
    this.#units[place] = units
    this.#counts[slot] = count + 1
    this.#totals[slot] = this.total(slot) + units
  }

  /** Adds to the newest entry, which is now as late as `timeMs`. */
  extend(slot: number, units: number, timeMs: number): void {
    const place = this.#place(slot, this.count(slot) - 1)
    this.#timesMs[place] = timeMs
    this.#units[place] = (this.#units[place] as number) + units
    this.#totals[slot] = this.total(slot) + units
  }

  dropOldest(slot: number): void {
    this.#subtract(slot, this.units(slot, 0))
    const next = (this.#heads[slot] as number) + 1
    this.#heads[slot] = next === this.capacity ? 0 : next
  }

  /** Takes units out of an entry; one without units is no entry any more. */
  subtract(slot: number, index: number, units: number): void {
    const left = this.units(slot, index) - units
    if (left > 0) {
      this.#units[this.#place(slot, index)] = left
      this.#totals[slot] = this.total(slot) - units
      return
    }
    const removed = this.units(slot, index)
    for (let i = index + 1; i < this.count(slot); i++) {
      const place = this.#place(slot, i - 1)
      this.#timesMs[place] = this.timeMs(slot, i)
      this.#units[place] = this.units(slot, i)
    }
    this.#subtract(slot, removed)
  }

  clear(slot: number): void {
    this.#counts[slot] = 0
    this.#totals[slot] = 0
  }

  /** Adds all entries of another log's slot. */
  append(slot: number, other: StartLog, otherSlot: number): void {
    for (let i = 0; i < other.count(otherSlot); i++) {
      this.push(slot, other.units(otherSlot, i), other.timeMs(otherSlot, i))
    }
  }

  /** The same entries with room for more of them, or for more slots. */
  resized(capacity: number, slots: number): StartLog {
    const log = new StartLog(capacity, slots)
    for (let slot = 0; slot < this.slots; slot++) log.append(slot, this, slot)
    return log
  }

  /** One entry less. Fractions add up with an error: an empty log has none. */
  #subtract(slot: number, units: number): void {
    const count = this.count(slot) - 1
    this.#counts[slot] = count
    this.#totals[slot] = count === 0 ? 0 : this.total(slot) - units
  }

  #place(slot: number, index: number): number {
    const place = (this.#heads[slot] as number) + index
    return slot * this.capacity + (place < this.capacity ? place : place - this.capacity)
  }
}
