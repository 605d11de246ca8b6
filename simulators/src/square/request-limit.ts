/** Counts requests of each token in whole seconds. */
export class RequestLimit {
  readonly #perSecond: number | undefined
  #second = -1
  readonly #counts = new Map<string, number>()

  constructor(perSecond: number | undefined) {
    this.#perSecond = perSecond
  }

  /** False when the token has used up this second. */
  allows(token: string, nowMs: number): boolean {
    if (this.#perSecond === undefined) return true
    const second = Math.floor(nowMs / 1_000)
    if (second !== this.#second) {
      this.#second = second
      this.#counts.clear()
    }
    const count = (this.#counts.get(token) ?? 0) + 1
    this.#counts.set(token, count)
    return count <= this.#perSecond
  }
}
