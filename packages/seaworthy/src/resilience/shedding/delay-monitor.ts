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
type DelayHistogram = Pick<ReturnType<typeof monitorEventLoopDelay>, 'count' | 'mean' | 'enable' | 'disable'>

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
    let [countBefore, sumBefore] = [0, 0]
    const measure = (): void => {
      // It holds times between two ticks, the resolution included. It is never reset: that forgets the last tick, too, and
      // where the event loop turns only once between two looks no time would ever come to pass.
      const { count } = histogram
      const sum = count > 0 ? histogram.mean * count : 0
      if (count > countBefore) {
        const meanMs = (sum - sumBefore) / (count - countBefore) / 1e6
        onDelay(Math.max(0, meanMs - resolutionMs))
      }
      countBefore = count
      sumBefore = sum
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
