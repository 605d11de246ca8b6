/** In how many steps the time until a call is hung is measured; with the one beyond they fill 64 bytes. */
const steps = 15

/**
 * Counts the calls under way that have taken too long, without a timer or an entry for each: calls are counted by the
 * step of time in which they began, and a step that is old enough is added to those that hang. A call is found to hang
 * after `limitMs` and at most a fifteenth more. The cost is 16 numbers, whatever is under way.
 */
export class InFlightWatch {
  readonly #stepMs: number
  readonly #started = new Int32Array(steps + 1)
  #newest: number
  #hung = 0

  constructor(limitMs: number, nowMs: number) {
    this.#stepMs = limitMs / steps
    this.#newest = this.#stepOf(nowMs)
  }

  /** Calls under way that hang, as of the last {@link roll}. */
  get hung(): number {
    return this.#hung
  }

  /** Goes on to this time. The answer is how many calls have been found to hang. */
  roll(nowMs: number): number {
    const current = this.#stepOf(nowMs)
    const passed = Math.min(steps + 1, current - this.#newest)
    let found = 0
    for (let step = 1; step <= passed; step++) {
      const slot = slotOf(this.#newest + step)
      found += this.#started[slot] ?? 0
      this.#started[slot] = 0
    }
    this.#newest = Math.max(this.#newest, current)
    this.#hung += found
    return found
  }

  /** A call begins. Only after {@link roll} to the same time. */
  begin(nowMs: number): void {
    this.#add(this.#stepOf(nowMs), 1)
  }

  /** A call that began then has ended. False when it had been found to hang. */
  end(startedAtMs: number): boolean {
    const step = this.#stepOf(startedAtMs)
    if (step >= this.#newest - steps) {
      this.#add(step, -1)
      return true
    }
    this.#hung--
    return false
  }

  #stepOf(ms: number): number {
    return Math.floor(ms / this.#stepMs)
  }

  #add(step: number, change: 1 | -1): void {
    const slot = slotOf(step)
    this.#started[slot] = (this.#started[slot] ?? 0) + change
  }
}

function slotOf(step: number): number {
  return ((step % (steps + 1)) + steps + 1) % (steps + 1)
}
