import { coreError } from './core-errors.ts'

/**
 * A queue with a fixed number of places, first in first out. It says no when full instead of growing, and an entry can
 * leave from the middle, as when its caller gives up. Entries are told apart by identity.
 */
export class BoundedQueue<T extends object> implements Iterable<T> {
  readonly capacity: number
  readonly #name: string
  readonly #entries = new Set<T>()

  /**
   * @param capacity the number of places, from 0
   * @param name what the queue holds, for the messages of its errors
   */
  constructor(capacity: number, name: string) {
    if (!Number.isInteger(capacity) || capacity < 0) {
      throw coreError(
        'ERR_INVALID_OPTION',
        `Cannot create queue "${name}": capacity must be a whole number from 0, received ${capacity}`,
        { details: { name, capacity } },
      )
    }
    this.capacity = capacity
    this.#name = name
  }

  get size(): number {
    return this.#entries.size
  }

  get isFull(): boolean {
    return this.#entries.size >= this.capacity
  }

  /** Takes a place. False when there is none. */
  offer(entry: T): boolean {
    if (this.isFull) return false
    this.#entries.add(entry)
    return true
  }

  /**
   * Takes a place.
   *
   * @throws SeaworthyError ERR_QUEUE_FULL when there is none
   */
  push(entry: T): void {
    if (this.offer(entry)) return
    throw coreError(
      'ERR_QUEUE_FULL',
      `Cannot add to queue "${this.#name}": ${this.size} of ${this.capacity} places are taken`,
      { details: { name: this.#name, capacity: this.capacity } },
    )
  }

  /** Takes the oldest entry out; undefined when empty. */
  shift(): T | undefined {
    for (const entry of this.#entries) {
      this.#entries.delete(entry)
      return entry
    }
    return undefined
  }

  /** Takes an entry out wherever it stands. False when it is not there. */
  remove(entry: T): boolean {
    return this.#entries.delete(entry)
  }

  clear(): void {
    this.#entries.clear()
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#entries.values()
  }
}
