/** A count that only rises, bound to its labels. */
export class Counter {
  readonly #cell = new Float64Array(1)

  /** Adds from 0 up; anything else is ignored. */
  add(amount = 1): void {
    if (amount >= 0 && amount < Number.POSITIVE_INFINITY) this.#cell[0] = (this.#cell[0] as number) + amount
  }

  /** Rises to a total kept elsewhere, such as the CPU time that the operating system counts. Never falls. */
  raiseTo(total: number): void {
    if (total > this.value && total < Number.POSITIVE_INFINITY) this.#cell[0] = total
  }

  get value(): number {
    return this.#cell[0] as number
  }
}
