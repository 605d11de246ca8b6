import type { Meter, MeterLimits, Taken } from './meter.ts'
import { StartLog } from './start-log.ts'

/** Fractions of units add up with an error below this. */
const tolerance = 1e-9

/**
 * A sliding window: in no span of the interval, wherever it begins, do more than `limit` units start. The interval is half
 * open: what started at `t` is out of it at `t + intervalMs`.
 *
 * It is a log of starts, exact while the limit is at most `grains`. A larger limit is kept in that many grains of time:
 * the units of one grain leave the window together with its last, so that the law holds as before and at most one grain of
 * the interval stays unused. The usual two counters with a weighted sum need less memory, but assume that the last
 * interval's units were spread evenly: with all of them at its end they let nearly twice the limit through.
 */
export class WindowMeter implements Meter {
  readonly #grains: number
  #limits: MeterLimits
  /** 0 when each moment is a grain of its own. */
  #grainMs: number
  #log: StartLog
  /** Nothing starts before: what was dropped from the log is out of the window then. */
  #floorsMs: Float64Array

  /** @param grains how many moments of a window are told apart, from 1 */
  constructor(limits: MeterLimits, grains: number) {
    this.#limits = limits
    this.#grains = grains
    this.#grainMs = this.#grainOf(limits)
    this.#log = new StartLog(this.#capacityOf(limits), 1)
    this.#floorsMs = new Float64Array(1).fill(-Infinity)
  }

  startMs(slot: number, units: number, nowMs: number): number {
    const { limit, intervalMs } = this.#limits
    const log = this.#log
    while (log.count(slot) > 0 && log.timeMs(slot, 0) + intervalMs <= nowMs) this.#drop(slot)
    const count = log.count(slot)
    let startMs = Math.max(nowMs, this.#openFromMs(slot))
    let free = Math.max(limit, units) - log.total(slot) + tolerance
    for (let i = 0; i < count && free < units; i++) {
      free += log.units(slot, i)
      startMs = Math.max(startMs, log.timeMs(slot, i) + intervalMs)
    }
    return startMs
  }

  take(slot: number, units: number, startMs: number): void {
    const log = this.#log
    const last = log.count(slot) - 1
    if (last >= 0 && this.#isSameGrain(log.timeMs(slot, last), startMs)) {
      return log.extend(slot, units, startMs)
    }
    if (last + 1 === log.capacity) this.#drop(slot)
    log.push(slot, units, startMs)
  }

  /**
   * All of it is available again; of several that are given back while they lie ahead, what a full log had to forget for
   * them comes back when it leaves the window.
   */
  giveBack(slot: number, taken: Taken): void {
    for (let i = this.#log.count(slot) - 1; i >= 0; i--) {
      const timeMs = this.#log.timeMs(slot, i)
      if (this.#isSameGrain(timeMs, taken.startMs)) return this.#log.subtract(slot, i, taken.units)
      if (timeMs < taken.startMs) return
    }
  }

  available(slot: number, nowMs: number): number {
    if (this.#openFromMs(slot) > nowMs) return 0
    const { limit, intervalMs } = this.#limits
    let free = limit - this.#log.total(slot)
    for (let i = 0; i < this.#log.count(slot); i++) {
      if (this.#log.timeMs(slot, i) + intervalMs > nowMs) break
      free += this.#log.units(slot, i)
    }
    return Math.max(0, Math.floor(free + tolerance))
  }

  used(slot: number, nowMs: number): number {
    return 1 - this.available(slot, nowMs) / this.#limits.limit
  }

  /** Nothing to do: a window does not fill up while nothing starts. */
  drain(): void {}

  open(slot: number): void {
    if (slot >= this.#log.slots) {
      const slots = Math.max(16, slot * 2)
      this.#log = this.#log.resized(this.#log.capacity, slots)
      const floorsMs = new Float64Array(slots)
      floorsMs.set(this.#floorsMs)
      this.#floorsMs = floorsMs
    }
    this.#log.clear(slot)
    this.#floorsMs[slot] = -Infinity
  }

  fork(slot: number): WindowMeter {
    const copy = new WindowMeter(this.#limits, this.#grains)
    copy.#log = new StartLog(this.#log.capacity, 1)
    copy.#log.append(0, this.#log, slot)
    copy.#floorsMs[0] = this.#floorsMs[slot] as number
    return copy
  }

  reconfigure(limits: MeterLimits): void {
    this.#limits = limits
    this.#grainMs = this.#grainOf(limits)
    const capacity = this.#capacityOf(limits)
    if (capacity > this.#log.capacity) this.#log = this.#log.resized(capacity, this.#log.slots)
  }

  /** Starts go first come, first served, so none is before the last. */
  #openFromMs(slot: number): number {
    const floorMs = this.#floorsMs[slot] as number
    const count = this.#log.count(slot)
    return count === 0 ? floorMs : Math.max(floorMs, this.#log.timeMs(slot, count - 1))
  }

  #drop(slot: number): void {
    const outAtMs = this.#log.timeMs(slot, 0) + this.#limits.intervalMs
    this.#floorsMs[slot] = Math.max(this.#floorsMs[slot] as number, outAtMs)
    this.#log.dropOldest(slot)
  }

  #isSameGrain(oneMs: number, otherMs: number): boolean {
    if (this.#grainMs === 0) return oneMs === otherMs
    return Math.floor(oneMs / this.#grainMs) === Math.floor(otherMs / this.#grainMs)
  }

  #grainOf({ limit, intervalMs }: MeterLimits): number {
    return limit <= this.#grains ? 0 : intervalMs / this.#grains
  }

  /** Enough for every moment, or grain, of a window that is full. */
  #capacityOf({ limit }: MeterLimits): number {
    return Math.min(limit, this.#grains + 1)
  }
}
