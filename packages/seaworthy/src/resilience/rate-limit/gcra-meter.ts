import { gcraArrival, gcraEarliest, toleranceMs, type GcraRate } from './gcra.ts'
import type { Meter, MeterLimits, Taken } from './meter.ts'

/**
 * A rate with a burst: {@link gcraEarliest} with one number for each slot. With a burst as large as the limit it is a
 * token bucket, with a burst of 1 it spaces units evenly.
 */
export class GcraMeter implements Meter {
  #rate: GcraRate
  #arrivalsMs = new Float64Array(1).fill(-Infinity)
  #lastStartsMs = new Float64Array(1).fill(-Infinity)

  constructor(limits: MeterLimits) {
    this.#rate = rateOf(limits)
  }

  startMs(slot: number, units: number, nowMs: number): number {
    const earliest = gcraEarliest(this.#arrivalMs(slot), units, this.#rate)
    return earliest - toleranceMs(this.#rate.intervalMs) <= nowMs ? nowMs : earliest
  }

  take(slot: number, units: number, startMs: number): void {
    this.#arrivalsMs[slot] = gcraArrival(this.#arrivalMs(slot), startMs, units * this.#rate.intervalMs)
    this.#lastStartsMs[slot] = startMs
  }

  /**
   * A unit delays all after it by its interval, less the time since it started in which the bucket would have been full
   * without it. That is not kept, but it is at most what has passed until now, or until the last start if that lies ahead:
   * the rest is surely there to be given back.
   */
  giveBack(slot: number, taken: Taken, nowMs: number): void {
    const untilMs = Math.max(nowMs, this.#lastStartsMs[slot] as number)
    const passedMs = Math.max(0, untilMs - taken.startMs)
    const creditMs = Math.max(0, taken.units * this.#rate.intervalMs - passedMs)
    this.#arrivalsMs[slot] = this.#arrivalMs(slot) - creditMs
  }

  available(slot: number, nowMs: number): number {
    const { intervalMs, burst } = this.#rate
    const owedMs = Math.max(0, this.#arrivalMs(slot) - nowMs)
    return Math.max(0, Math.floor(burst - (owedMs - toleranceMs(intervalMs)) / intervalMs))
  }

  used(slot: number, nowMs: number): number {
    const { intervalMs, burst } = this.#rate
    return Math.max(0, this.#arrivalMs(slot) - nowMs) / (intervalMs * burst)
  }

  drain(slot: number, fromMs: number, units: number): void {
    const { intervalMs, burst } = this.#rate
    const arrivalMs = fromMs + Math.max(0, burst - units) * intervalMs
    this.#arrivalsMs[slot] = Math.max(this.#arrivalMs(slot), arrivalMs)
  }

  open(slot: number): void {
    if (slot >= this.#arrivalsMs.length) {
      const length = Math.max(16, slot * 2)
      this.#arrivalsMs = grown(this.#arrivalsMs, length)
      this.#lastStartsMs = grown(this.#lastStartsMs, length)
    }
    this.#arrivalsMs[slot] = -Infinity
    this.#lastStartsMs[slot] = -Infinity
  }

  fork(slot: number): GcraMeter {
    const copy = new GcraMeter({ limit: 1, intervalMs: this.#rate.intervalMs, burst: this.#rate.burst })
    copy.#arrivalsMs[0] = this.#arrivalMs(slot)
    copy.#lastStartsMs[0] = this.#lastStartsMs[slot] as number
    return copy
  }

  reconfigure(limits: MeterLimits, nowMs: number): void {
    const rate = rateOf(limits)
    const scale = rate.intervalMs / this.#rate.intervalMs
    this.#arrivalsMs.forEach((arrivalMs, slot, all) => {
      if (arrivalMs > nowMs) all[slot] = nowMs + (arrivalMs - nowMs) * scale
    })
    this.#rate = rate
  }

  #arrivalMs(slot: number): number {
    return this.#arrivalsMs[slot] as number
  }
}

function rateOf({ limit, intervalMs, burst }: MeterLimits): GcraRate {
  return { intervalMs: intervalMs / limit, burst }
}

/** Values with room for more of them. */
function grown(values: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(length)
  copy.set(values)
  return copy
}
