import type { Clock } from 'seaworthy/core'
import { noSlot } from '../keyed/key-table.ts'
import { GcraMeter } from './gcra-meter.ts'
import { KeySlots, type SlotUse } from './key-slots.ts'
import type { Meter, Taken } from './meter.ts'
import { Paces } from './paces.ts'
import type { ResolvedRateLimit } from './rate-limit-options.ts'
import type { Waiter } from './waiter.ts'
import { WaitingLine } from './waiting-line.ts'
import { WindowMeter } from './window-meter.ts'

/** Why somebody does not get units. */
export interface LimitRefusal {
  /** `rate`: now; `queue-full`: all places are taken; `wait`: its turn would come too late. */
  readonly reason: 'rate' | 'queue-full' | 'wait'
  /** Time after which its turn would come, if nobody of those who wait leaves; whole milliseconds. */
  readonly retryAfterMs: number
  /** How long it has waited until then, in milliseconds. Undefined when it has not. */
  readonly waitedMs?: number
}

/** Makes the error for a refusal. */
export type RefusalError = (refusal: LimitRefusal, cost: number) => unknown

/**
 * Units for callers by key: at once, after waiting in line, or for a moment ahead. Who waits has taken nothing yet, so that
 * whoever leaves leaves no hole; units are taken when they start.
 */
export class Limiter implements SlotUse {
  readonly #clock: Clock
  readonly #refusalError: RefusalError
  readonly #meter: Meter
  readonly #slots: KeySlots
  readonly #lines = new Map<number, WaitingLine>()
  readonly #paces: Paces
  #options: ResolvedRateLimit
  #waiting = 0

  constructor(options: ResolvedRateLimit, clock: Clock, refusalError: RefusalError) {
    this.#options = options
    this.#clock = clock
    this.#refusalError = refusalError
    this.#slots = new KeySlots(options.keys, this)
    this.#paces = new Paces(options.pace)
    this.#meter =
      options.algorithm === 'sliding-window'
        ? new WindowMeter(options, options.grains)
        : new GcraMeter(options)
  }

  get waiting(): number {
    return this.#waiting
  }

  get keyCount(): number {
    return this.#slots.size
  }

  /** Whether nothing that has happened makes a difference any more. */
  get isIdle(): boolean {
    return this.#slots.size === 0 && this.#waiting === 0 && this.usedBy(noSlot) === 0
  }

  /** Takes units that start now. Undefined when they cannot, or others wait for theirs. */
  tryTake(cost: number, key: string | undefined): Taken | undefined {
    const nowMs = this.#clock.now()
    const slot = this.#slots.slotFor(key, nowMs)
    if (this.#lines.size > 0 && this.#isAwaited(slot)) return undefined
    const units = this.#paces.unitsOf(slot, cost, nowMs)
    if (this.#startMs(slot, units, nowMs) > nowMs) return undefined
    this.#meter.take(slot, units, nowMs)
    return { units, startMs: nowMs }
  }

  /** Lets somebody wait. Undefined when it does: it will be admitted or refused later. */
  join(waiter: Waiter, key: string | undefined): LimitRefusal | undefined {
    const nowMs = this.#clock.now()
    const slot = this.#slots.slotFor(key, nowMs)
    const units = this.#paces.unitsOf(slot, waiter.cost, nowMs)
    const line = this.#lines.get(slot)
    const ahead = line === undefined ? undefined : this.#projection(line, nowMs)
    const startMs =
      ahead === undefined
        ? this.#startMs(slot, units, nowMs)
        : ahead.startMs(0, units, this.#paces.fromMs(slot, nowMs))
    const refusal = this.#refuse(startMs, nowMs)
    if (refusal !== undefined) return refusal
    ahead?.take(0, units, startMs)
    waiter.deadlineMs = nowMs + this.#options.queueWaitMaxMs
    this.#enter(line ?? this.#openLine(slot), waiter)
    return undefined
  }

  /** Lets somebody wait no longer who gave up. */
  leave(waiter: Waiter): void {
    const { line } = waiter
    if (line === undefined) return
    const wasFirst = line.first === waiter
    this.#remove(line, waiter)
    line.forgetProjection()
    if (wasFirst) this.#advance(line)
  }

  /**
   * Takes units for the earliest moment behind all who wait.
   *
   * @param createPlace makes what stands in line for units of a moment ahead, when others wait in front
   */
  reserve(
    cost: number,
    key: string | undefined,
    createPlace: (promisedMs: number) => Waiter,
  ): LimitRefusal | { readonly nowMs: number; readonly taken: Taken } {
    const nowMs = this.#clock.now()
    const slot = this.#slots.slotFor(key, nowMs)
    const units = this.#paces.unitsOf(slot, cost, nowMs)
    const line = this.#lines.get(slot)
    if (line === undefined) {
      const startMs = this.#startMs(slot, units, nowMs)
      this.#meter.take(slot, units, startMs)
      return { nowMs, taken: { units, startMs } }
    }
    // A promise is to be kept: it is told from where all stand now.
    line.forgetProjection()
    const ahead = this.#projection(line, nowMs)
    const startMs = ahead.startMs(0, units, this.#paces.fromMs(slot, nowMs))
    if (this.#waiting >= this.#options.queue) return this.#refusal('queue-full', startMs, nowMs)
    ahead.take(0, units, startMs)
    this.#enter(line, createPlace(startMs))
    return { nowMs, taken: { units, startMs } }
  }

  /** Notes units that started without asking here. */
  count(cost: number, key: string | undefined, startMs: number): void {
    this.#meter.take(this.#slots.slotFor(key, startMs), cost, startMs)
  }

  /** Gives units back that were taken for this key and not used. */
  giveBack(key: string | undefined, taken: Taken): void {
    const slot = this.#slots.find(key)
    if (slot === undefined) return
    this.#meter.giveBack(slot, taken, this.#clock.now())
    this.#changed(slot)
  }

  /** Slows a key down because the server refused a call. How long the pause is; undefined when that changes nothing. */
  slowDown(
    key: string | undefined,
    sentMs: number | undefined,
    retryAfterMs: number | undefined,
  ): number | undefined {
    const nowMs = this.#clock.now()
    const slot = this.#slots.slotFor(key, nowMs)
    const untilMs = this.#paces.slow(slot, { sentMs, nowMs, retryAfterMs })
    if (untilMs === undefined) return undefined
    this.#meter.drain(slot, untilMs, this.#paces.unitsOf(slot, 1, nowMs))
    this.#changed(slot)
    return untilMs - nowMs
  }

  /** Goes on with other limits; who waits gets units by the new ones. */
  reconfigure(options: ResolvedRateLimit): void {
    this.#options = options
    this.#meter.reconfigure(options, this.#clock.now())
    for (const line of this.#lines.values()) {
      line.forgetProjection()
      this.#advance(line)
    }
  }

  /** How it stands for a key. */
  stateOf(key: string | undefined): {
    readonly available: number
    readonly pausedForMs: number
    readonly share: number
  } {
    const nowMs = this.#clock.now()
    const slot = this.#slots.find(key)
    if (slot === undefined) return { available: this.#options.burst, pausedForMs: 0, share: 1 }
    const fromMs = this.#paces.fromMs(slot, nowMs)
    const share = this.#paces.shareAt(slot, fromMs)
    const isHeldUp = fromMs > nowMs || this.#isAwaited(slot)
    const available = isHeldUp ? 0 : Math.floor(this.#meter.available(slot, nowMs) * share)
    return { available, pausedForMs: fromMs - nowMs, share }
  }

  usedBy(slot: number): number {
    const nowMs = this.#clock.now()
    return this.#paces.isFull(slot, nowMs) ? this.#meter.used(slot, nowMs) : 1
  }

  opened(slot: number): void {
    this.#paces.forget(slot)
    this.#meter.open(slot)
  }

  #refuse(startMs: number, nowMs: number): LimitRefusal | undefined {
    const { queue, queueWaitMaxMs } = this.#options
    if (this.#waiting >= queue) return this.#refusal(queue === 0 ? 'rate' : 'queue-full', startMs, nowMs)
    if (startMs - nowMs > queueWaitMaxMs) return this.#refusal('wait', startMs, nowMs)
    return undefined
  }

  #refusal(reason: LimitRefusal['reason'], startMs: number, nowMs: number): LimitRefusal {
    return { reason, retryAfterMs: Math.ceil(startMs - nowMs) }
  }

  #enter(line: WaitingLine, waiter: Waiter): void {
    line.append(waiter)
    this.#waiting++
    if (line.size === 1) this.#advance(line)
  }

  /** Something else than the passing of time has changed who starts when. */
  #changed(slot: number): void {
    const line = this.#lines.get(slot)
    if (line === undefined) return
    line.forgetProjection()
    this.#advance(line)
  }

  #remove(line: WaitingLine, waiter: Waiter): void {
    line.remove(waiter)
    this.#waiting--
  }

  /** Lets all go whose moment has come, and waits for that of the next. */
  #advance(line: WaitingLine): void {
    // Callers who are let go may come back here before the loop goes on: it looks at all there is anyway.
    if (line.isMoving) return
    line.isMoving = true
    line.timer?.cancel()
    line.timer = undefined
    for (let first = line.first; first !== undefined; first = line.first) {
      const nowMs = this.#clock.now()
      const dueMs = this.#moveFirst(line, first, nowMs)
      if (dueMs !== undefined) {
        line.timer = this.#clock.schedule(dueMs - nowMs, () => this.#advance(line), { keepsAlive: true })
        break
      }
    }
    line.isMoving = false
    if (line.size === 0 && this.#lines.get(line.slot) === line) this.#closeLine(line)
  }

  /** Undefined when the first is not in line any more; else the moment that it waits for. */
  #moveFirst(line: WaitingLine, first: Waiter, nowMs: number): number | undefined {
    const { slot } = line
    const units = this.#paces.unitsOf(slot, first.cost, nowMs)
    const startMs = first.promisedMs ?? this.#startMs(slot, units, nowMs)
    if (first.promisedMs === undefined && startMs > nowMs) {
      if (startMs <= first.deadlineMs) return startMs
      this.#remove(line, first)
      line.forgetProjection()
      const waitedMs = nowMs - (first.deadlineMs - this.#options.queueWaitMaxMs)
      first.refuse(this.#refusalError({ ...this.#refusal('wait', startMs, nowMs), waitedMs }, first.cost))
      return undefined
    }
    this.#remove(line, first)
    this.#meter.take(slot, units, startMs)
    first.admit({ units, startMs })
    return undefined
  }

  /** Whether somebody waits: a line stays open while its last is let go. */
  #isAwaited(slot: number): boolean {
    const line = this.#lines.get(slot)
    return line !== undefined && line.size > 0
  }

  #openLine(slot: number): WaitingLine {
    const line = new WaitingLine(slot)
    this.#lines.set(slot, line)
    this.#slots.hold(slot)
    return line
  }

  #closeLine(line: WaitingLine): void {
    this.#lines.delete(line.slot)
    this.#slots.letGo(line.slot)
  }

  #projection(line: WaitingLine, nowMs: number): Meter {
    const unitsOf = (waiter: Waiter): number => this.#paces.unitsOf(line.slot, waiter.cost, nowMs)
    return line.projection(this.#meter, unitsOf, this.#paces.fromMs(line.slot, nowMs))
  }

  #startMs(slot: number, units: number, nowMs: number): number {
    return this.#meter.startMs(slot, units, this.#paces.fromMs(slot, nowMs))
  }
}
