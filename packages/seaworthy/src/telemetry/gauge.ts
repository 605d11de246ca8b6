/** A value that rises and falls, bound to its labels. */
export class Gauge {
  readonly #cell = new Float64Array(1)

  /** Sets the value; what is not a finite number is ignored. */
  set(value: number): void {
    if (Number.isFinite(value)) this.#cell[0] = value
  }

  /** Moves the value, by 1 unless told otherwise; below 0 lowers it. */
  add(amount = 1): void {
    if (Number.isFinite(amount)) this.#cell[0] = (this.#cell[0] as number) + amount
  }

  get value(): number {
    return this.#cell[0] as number
  }
}
