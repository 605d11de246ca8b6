import type { Clock, Timer } from './clock.ts'

/** A clock for tests: it moves only when told to. */
export interface ManualClock extends Clock {
  /**
   * Moves on by `ms`. Timers due on the way run in order of their time, each at its own time, and what they settle is
   * given the chance to run before the next.
   */
  advance(ms: number): Promise<void>
  /** Lets everything that is ready run, without moving on. */
  settle(): Promise<void>
  /** Moves only the wall clock, as an operator or a time server may. */
  jumpWall(ms: number): void
  /** How many timers are waiting: 0 when nothing leaks. */
  readonly pending: number
}

interface Entry {
  readonly at: number
  readonly order: number
  readonly callback: () => void
}

/** Makes a clock for tests. `wallTime` starts at `startWallMs`, by default 2026-01-05T08:00:00Z, a Monday. */
export function manualClock(startWallMs: number = Date.UTC(2026, 0, 5, 8)): ManualClock {
  return new Manual(startWallMs)
}

class Manual implements ManualClock {
  #nowMs = 0
  #order = 0
  #wallOffsetMs: number
  readonly #entries = new Set<Entry>()

  constructor(startWallMs: number) {
    this.#wallOffsetMs = startWallMs
  }

  now(): number {
    return this.#nowMs
  }

  wallTime(): number {
    return this.#nowMs + this.#wallOffsetMs
  }

  get pending(): number {
    return this.#entries.size
  }

  jumpWall(ms: number): void {
    this.#wallOffsetMs += ms
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const entry = { at: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback }
    this.#entries.add(entry)
    const cancel = (): void => {
      this.#entries.delete(entry)
    }
    return { cancel, [Symbol.dispose]: cancel }
  }

  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms
    await this.settle()
    for (let due = this.#next(end); due !== undefined; due = this.#next(end)) {
      this.#entries.delete(due)
      this.#nowMs = due.at
      due.callback()
      await this.settle()
    }
    this.#nowMs = end
    await this.settle()
  }

  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
  }

  #next(end: number): Entry | undefined {
    let first: Entry | undefined
    for (const entry of this.#entries) {
      if (entry.at > end) continue
      if (
        first === undefined ||
        entry.at < first.at ||
        (entry.at === first.at && entry.order < first.order)
      ) {
        first = entry
      }
    }
    return first
  }
}
