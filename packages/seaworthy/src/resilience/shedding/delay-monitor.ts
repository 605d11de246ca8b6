import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock, Timer } from 'seaworthy/core'

/** Tells how late the event loop is. */
export interface DelayMonitor {
  /** Begins to measure. It calls back regularly with the mean delay of late, in milliseconds, until stopped. */
  start(onDelay: (delayMs: number) => void): void
  stop(): void
}

const resolutionMs = 10
const intervalMs = 200

/** What is needed of the histogram that `monitorEventLoopDelay` makes. */
type DelayHistogram = Pick<
  ReturnType<typeof monitorEventLoopDelay>,
  'count' | 'mean' | 'enable' | 'disable' | 'reset'
>

/** Measures the delay of this process's event loop, five times a second. It does not keep the process alive. */
export class EventLoopMonitor implements DelayMonitor {
  readonly #clock: Clock
  readonly #createHistogram: (options: { readonly resolution: number }) => DelayHistogram
  #histogram: DelayHistogram | undefined
  #timer: Timer | undefined

  constructor(
    clock: Clock,
    createHistogram: (options: { readonly resolution: number }) => DelayHistogram = monitorEventLoopDelay,
  ) {
    this.#clock = clock
    this.#createHistogram = createHistogram
  }

  start(onDelay: (delayMs: number) => void): void {
    if (this.#histogram !== undefined) return
    const histogram = this.#createHistogram({ resolution: resolutionMs })
    histogram.enable()
    this.#histogram = histogram
    const measure = (): void => {
      // The histogram holds times between two ticks, the resolution included; it is empty when none came to pass.
      if (histogram.count > 0) onDelay(Math.max(0, histogram.mean / 1e6 - resolutionMs))
      histogram.reset()
      this.#timer = this.#clock.schedule(intervalMs, measure)
    }
    this.#timer = this.#clock.schedule(intervalMs, measure)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#histogram?.disable()
    this.#timer = undefined
    this.#histogram = undefined
  }
}
