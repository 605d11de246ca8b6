/** A sum and a count that forget with a half-life, so that a mean follows a slow change. */
export class Tally {
  #sum = 0
  #weight = 0
  #day = 0
  /** The number of values ever added, unforgotten. */
  count = 0

  readonly #halfLifeDays: number

  constructor(halfLifeDays: number) {
    this.#halfLifeDays = halfLifeDays
  }

  get sum(): number {
    return this.#sum
  }

  get weight(): number {
    return this.#weight
  }

  /** Adds a value that weighs `weight`, on a day not before the last one. */
  add(day: number, value: number, weight = 1): void {
    const keep = this.count === 0 ? 0 : 0.5 ** ((day - this.#day) / this.#halfLifeDays)
    this.#sum = this.#sum * keep + value
    this.#weight = this.#weight * keep + weight
    this.#day = day
    this.count++
  }

  /** The mean drawn to a prior worth `strength`. */
  mean(prior: number, strength: number): number {
    return (this.#sum + strength * prior) / (this.#weight + strength)
  }
}
