import { BoundedMemo } from './bounded-memo.ts'

/**
 * What was read, by key: calls at the same time share one reading, later ones find its result, and a reading that failed
 * is forgotten. The key not asked for longest leaves first.
 */
export class SharedReads<Value> {
  readonly #reads: BoundedMemo<Promise<Value>>

  /** @param capacity how many results are kept */
  constructor(capacity: number) {
    this.#reads = new BoundedMemo(capacity)
  }

  get(key: string, read: () => Promise<Value>): Promise<Value> {
    return this.#reads.getOrMake(key, () => {
      const reading = read()
      reading.catch(() => this.#reads.delete(key, reading))
      return reading
    })
  }
}
