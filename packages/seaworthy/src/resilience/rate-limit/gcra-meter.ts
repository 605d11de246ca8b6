import { gcraArrival, gcraEarliest, toleranceMs, type GcraRate } from './gcra.ts'
import type { Meter, MeterLimits, Taken } from './meter.ts'

/**
 * A rate with a burst: {@link gcraEarliest} with one number for each slot. With a burst as large as the limit it is a
 * token bucket, with a burst of 1 it spaces units evenly.
 */
export class GcraMeter implements Meter {
  #rate: GcraRate
  #arrivalsMs = new Float64Array(1).fill(-Infinity)

  constructor(limits: MeterLimits) {
    this.#rate = rateOf(limits)
  }

  startMs(slot: number, units: number, nowMs: number): number {
    const earliest = gcraEarliest(this.#arrivalMs(slot), units, this.#rate)
    return earliest - toleranceMs <= nowMs ? nowMs : earliest
  }

  take(slot: number, units: number, startMs: number): void {
    this.#arrivalsMs[slot] = gcraArrival(this.#arrivalMs(slot), startMs, units * this.#rate.intervalMs)
  }

  /**
   * A unit delays all after it by at most its interval, and by less where the bucket was full at times since: at most by
   * what has passed since it started. So the interval less that time is surely there to be given back.
   */
  giveBack(slot: number, taken: Taken, nowMs: number): void {
    const passedMs = Math.max(0, nowMs - taken.startMs)
    const creditMs = Math.max(0, taken.units * this.#rate.intervalMs - passedMs)
    this.#arrivalsMs[slot] = this.#arrivalMs(slot) - creditMs
  }

  available(slot: number, nowMs: number): number {
    const { intervalMs, burst } = this.#rate
    const owedMs = Math.max(0, this.#arrivalMs(slot) - nowMs)
    return Math.max(0, Math.floor(burst - (owedMs - toleranceMs) / intervalMs))
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
      const grown = new Float64Array(Math.max(16, slot * 2))
      grown.set(this.#arrivalsMs)
      this.#arrivalsMs = grown
    }
    this.#arrivalsMs[slot] = -Infinity
  }

  fork(slot: number): GcraMeter {
    const copy = new GcraMeter({ limit: 1, intervalMs: this.#rate.intervalMs, burst: this.#rate.burst })
    copy.#arrivalsMs[0] = this.#arrivalMs(slot)
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
