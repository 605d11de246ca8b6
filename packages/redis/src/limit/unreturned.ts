/** Units that are to go back to a limit, and did not yet: Redis was not there, or it is not known whether they were granted. */
export interface Unreturned {
  readonly id: string
  readonly cost: number
  readonly keys: readonly string[]
}

/**
 * What is to go back when Redis is there again. Without it, all who asked at the moment of an outage would hold places
 * that nobody takes. It is bounded: the oldest goes, and its units are then free a span after their moment.
 */
export class UnreturnedUnits {
  readonly #capacity: number
  readonly #entries: Unreturned[] = []

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.length
  }

  add(entry: Unreturned): void {
    if (this.#entries.length >= this.#capacity) this.#entries.shift()
    this.#entries.push(entry)
  }

  /** Takes up to so many out, oldest first. */
  take(count: number): readonly Unreturned[] {
    return this.#entries.splice(0, count)
  }
}
