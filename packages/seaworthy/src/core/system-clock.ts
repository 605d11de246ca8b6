import type { Clock, Timer } from './clock.ts'

/** The longest delay a platform timer takes; a longer one would fire after 1 ms. */
const platformDelayMaxMs = 2 ** 31 - 1

/** The machine's own clock and timers. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wallTime: () => Date.now(),
  schedule: (delayMs: number, callback: () => void) => new SystemTimer(delayMs, callback),
})

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout | undefined
  readonly #dueAt: number
  readonly #callback: () => void

  constructor(delayMs: number, callback: () => void) {
    this.#dueAt = performance.now() + Math.max(0, delayMs)
    this.#callback = callback
    this.#arm(delayMs)
  }

  #arm(delayMs: number): void {
    const pieceMs = Math.min(Math.max(0, delayMs), platformDelayMaxMs)
    this.#handle = setTimeout(() => this.#fire(), Math.ceil(pieceMs))
    this.#handle.unref()
  }

  #fire(): void {
    const leftMs = this.#dueAt - performance.now()
    if (leftMs > 0) return this.#arm(leftMs)
    this.#handle = undefined
    this.#callback()
  }

  cancel(): void {
    clearTimeout(this.#handle)
    this.#handle = undefined
  }

  [Symbol.dispose](): void {
    this.cancel()
  }
}
