/** Work that goes on although its call was given up. Whoever lends something to the call lends it until this has ended. */
export class Stray {
  #isOver = false
  #waiting: (() => void)[] | undefined

  get isOver(): boolean {
    return this.#isOver
  }

  /** Calls back once when the work has ended. Not meant for work that already has. */
  onEnd(callback: () => void): void {
    ;(this.#waiting ??= []).push(callback)
  }

  end(): void {
    this.#isOver = true
    for (const callback of this.#waiting ?? []) callback()
    this.#waiting = undefined
  }
}

/** The strays of one call, in the order in which they were given up. */
export class Strays {
  #entries: { readonly stray: Stray; readonly number: number }[] = []
  #count = 0

  /** How many there were so far. */
  get count(): number {
    return this.#count
  }

  add(stray: Stray): void {
    this.#entries = this.#entries.filter((entry) => !entry.stray.isOver)
    this.#entries.push({ stray, number: ++this.#count })
  }

  /** Calls back when all those after the first `since` have ended: at once if there are none. */
  whenEnded(since: number, callback: () => void): void {
    const open = this.#entries.filter(({ stray, number }) => number > since && !stray.isOver)
    let left = open.length
    if (left === 0) return callback()
    for (const { stray } of open) {
      stray.onEnd(() => {
        left--
        if (left === 0) callback()
      })
    }
  }
}
