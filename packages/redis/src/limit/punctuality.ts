/**
 * How late a unit may start, learned from how late this process is. What it allows for costs throughput, as spans are kept
 * farther apart by it, and what it does not allow for costs a place in the queue. So it grows at once above a delay that
 * was too long, and shrinks slowly while units start in time: about one unit in 400 may be late.
 */
export class Punctuality {
  readonly #maxMs: number | undefined
  #learnedMs = 0

  /** @param maxMs the longest allowance; left out, it follows from the interval of each limit */
  constructor(maxMs?: number) {
    this.#maxMs = maxMs
  }

  /** The allowance for units of a limit, in milliseconds. */
  allowanceMs(intervalMs: number): number {
    const maxMs = this.#maxMs ?? within(intervalMs / 5)
    return Math.min(maxMs, Math.max(within(intervalMs / 20), this.#learnedMs))
  }

  /** A unit started in time. */
  started(): void {
    this.#learnedMs *= 0.999
  }

  /** A unit was too late to be used, so long after its moment. */
  late(byMs: number): void {
    this.#learnedMs = Math.min(Math.max(this.#learnedMs * 1.5, byMs * 1.25), learnedMaxMs)
  }
}

const learnedMaxMs = 3_600_000

/** From 20 ms, what an event loop is easily late, to half a second, which costs a limit per minute less than 1 %. */
function within(ms: number): number {
  return Math.min(Math.max(ms, 20), 500)
}
