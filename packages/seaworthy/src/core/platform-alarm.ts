import type { Alarm } from './timer-queue.ts'

/** The longest delay a platform timer takes; a longer one would fire after 1 ms. */
const platformDelayMaxMs = 2 ** 31 - 1

/** A platform timer that is set again and again. It keeps the process alive only while it is told to. */
export class PlatformAlarm implements Alarm {
  readonly #ring: () => void
  #handle: NodeJS.Timeout | undefined
  #keepsAlive = false

  constructor(ring: () => void) {
    this.#ring = ring
  }

  set(delayMs: number): void {
    clearTimeout(this.#handle)
    // Rounded up, because a platform timer drops fractions and would ring early.
    this.#handle = setTimeout(this.#ring, Math.min(Math.ceil(delayMs), platformDelayMaxMs))
    if (!this.#keepsAlive) this.#handle.unref()
  }

  keepAlive(keepsAlive: boolean): void {
    this.#keepsAlive = keepsAlive
    if (keepsAlive) this.#handle?.ref()
    else this.#handle?.unref()
  }
}
