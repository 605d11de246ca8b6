import { coreError } from './core-errors.ts'

/** The newest `capacity` values: adding to a full ring drops its oldest. */
export class Ring<T> implements Iterable<T> {
  readonly capacity: number
  readonly #slots: (T | undefined)[]
  #start = 0
  #size = 0

  /** @param capacity how many values it holds, from 1 */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw coreError(
        'ERR_INVALID_OPTION',
        `Cannot create ring: capacity must be a whole number from 1, received ${capacity}`,
        { details: { capacity } },
      )
    }
    this.capacity = capacity
    this.#slots = Array.from({ length: capacity })
  }

  get size(): number {
    return this.#size
  }

  /** Adds a value and returns the one it pushed out, if any. */
  push(value: T): T | undefined {
    const index = (this.#start + this.#size) % this.capacity
    const dropped = this.#slots[index]
    this.#slots[index] = value
    if (this.#size < this.capacity) this.#size++
    else this.#start = (this.#start + 1) % this.capacity
    return dropped
  }

  clear(): void {
    this.#slots.fill(undefined)
    this.#start = 0
    this.#size = 0
  }

  /** Oldest first. */
  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.#size; i++) yield this.#slots[(this.#start + i) % this.capacity] as T
  }
}
