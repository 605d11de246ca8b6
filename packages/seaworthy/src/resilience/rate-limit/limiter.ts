import type { Clock } from 'seaworthy/core'
import { KeyTable, noSlot } from '../keyed/key-table.ts'
import { GcraMeter } from './gcra-meter.ts'
import type { Meter, Taken } from './meter.ts'
import { fullPace, shareAt, slowed, type Pace } from './pace.ts'
import type { ResolvedRateLimit } from './rate-limit-options.ts'
import type { Waiter } from './waiter.ts'
import { WaitingLine } from './waiting-line.ts'
import { WindowMeter } from './window-meter.ts'

/** How many keys one eviction looks at. */
const evictionSample = 16

/** Why somebody does not get units. */
export interface LimitRefusal {
  /** `rate`: now; `queue-full`: all places are taken; `wait`: its turn would come too late. */
  readonly reason: 'rate' | 'queue-full' | 'wait'
  /** Time after which its turn would come, if nobody of those who wait leaves; whole milliseconds. */
  readonly retryAfterMs: number
}

/** Makes the error for a refusal. */
export type RefusalError = (refusal: LimitRefusal, cost: number) => unknown

/**
 * Units for callers by key: at once, after waiting in line, or for a moment ahead. Who waits has taken nothing yet, so that
 * whoever leaves leaves no hole; units are taken when they start.
 */
export class Limiter {
  readonly #clock: Clock
  readonly #refusalError: RefusalError
  readonly #meter: Meter
  readonly #keys: KeyTable | undefined
  readonly #lines = new Map<number, WaitingLine>()
  /** Of the slots that the server slowed down. */
  readonly #paces = new Map<number, Pace>()
  #options: ResolvedRateLimit
  #waiting = 0

  constructor(options: ResolvedRateLimit, clock: Clock, refusalError: RefusalError) {
    this.#options = options
    this.#clock = clock
    this.#refusalError = refusalError
    this.#keys = options.keys > 0 ? new KeyTable(options.keys) : undefined
    this.#meter =
      options.algorithm === 'sliding-window'
        ? new WindowMeter(options, options.grains)
        : new GcraMeter(options)
  }

  get waiting(): number {
    return this.#waiting
  }

  get keyCount(): number {
    return this.#keys?.size ?? 0
  }

  /** Takes units that start now. Undefined when they cannot, or others wait for theirs. */
  tryTake(cost: number, key: string | undefined): Taken | undefined {
    const slot = this.#slotFor(key)
    if (this.#lines.size > 0 && this.#isAwaited(slot)) return undefined
    const nowMs = this.#clock.now()
    const units = this.#unitsOf(slot, cost, nowMs)
    if (this.#startMs(slot, units, nowMs) > nowMs) return undefined
    this.#meter.take(slot, units, nowMs)
    return { units, startMs: nowMs }
  }

  /** Lets somebody wait. Undefined when it does: it will be admitted or refused later. */
  join(waiter: Waiter, key: string | undefined): LimitRefusal | undefined {
    const slot = this.#slotFor(key)
    const nowMs = this.#clock.now()
    const units = this.#unitsOf(slot, waiter.cost, nowMs)
    const line = this.#lines.get(slot)
    const ahead = line === undefined ? undefined : this.#projection(line, nowMs)
    const startMs =
      ahead === undefined
        ? this.#startMs(slot, units, nowMs)
        : ahead.startMs(0, units, this.#fromMs(slot, nowMs))
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
    const slot = this.#slotFor(key)
    const nowMs = this.#clock.now()
    const units = this.#unitsOf(slot, cost, nowMs)
    const line = this.#lines.get(slot)
    if (line === undefined) {
      const startMs = this.#startMs(slot, units, nowMs)
      this.#meter.take(slot, units, startMs)
      return { nowMs, taken: { units, startMs } }
    }
    // A promise is to be kept: it is told from where all stand now.
    line.forgetProjection()
    const ahead = this.#projection(line, nowMs)
    const startMs = ahead.startMs(0, units, this.#fromMs(slot, nowMs))
    if (this.#waiting >= this.#options.queue) return this.#refusal('queue-full', startMs, nowMs)
    ahead.take(0, units, startMs)
    this.#enter(line, createPlace(startMs))
    return { nowMs, taken: { units, startMs } }
  }

  /** Gives units back that were taken for this key and not used. */
  giveBack(key: string | undefined, taken: Taken): void {
    const slot = this.#slotOf(key)
    if (slot === undefined) return
    this.#meter.giveBack(slot, taken, this.#clock.now())
    const line = this.#lines.get(slot)
    if (line === undefined) return
    line.forgetProjection()
    this.#advance(line)
  }

  /** Slows a key down because the server refused a call. */
  slowDown(key: string | undefined, sentMs: number | undefined, retryAfterMs: number | undefined): void {
    const rules = this.#options.pace
    const slot = this.#slotFor(key)
    if (rules === undefined) return
    const nowMs = this.#clock.now()
    const before = this.#paces.get(slot) ?? fullPace
    const pace = slowed(before, { sentMs: sentMs ?? nowMs, nowMs, retryAfterMs }, rules)
    if (pace === before || pace.kind === 'full') return
    this.#paces.set(slot, pace)
    this.#meter.drain(slot, pace.untilMs, 1 / pace.share)
    const line = this.#lines.get(slot)
    if (line === undefined) return
    line.forgetProjection()
    this.#advance(line)
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
    const slot = this.#slotOf(key)
    if (slot === undefined) return { available: this.#options.burst, pausedForMs: 0, share: 1 }
    const fromMs = this.#fromMs(slot, nowMs)
    const share = this.#shareAt(slot, fromMs)
    const isHeldUp = fromMs > nowMs || this.#isAwaited(slot)
    const available = isHeldUp ? 0 : Math.floor(this.#meter.available(slot, nowMs) * share)
    return { available, pausedForMs: fromMs - nowMs, share }
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
    for (let { first } = line; first !== undefined; { first } = line) {
      const nowMs = this.#clock.now()
      const dueMs = this.#moveFirst(line, first, nowMs)
      if (dueMs !== undefined) {
        line.timer = this.#clock.schedule(dueMs - nowMs, () => this.#advance(line))
        break
      }
    }
    line.isMoving = false
    if (line.size === 0 && this.#lines.get(line.slot) === line) this.#closeLine(line)
  }

  /** Undefined when the first is not in line any more; else the moment that it waits for. */
  #moveFirst(line: WaitingLine, first: Waiter, nowMs: number): number | undefined {
    const { slot } = line
    const units = this.#unitsOf(slot, first.cost, nowMs)
    const startMs = first.promisedMs ?? this.#startMs(slot, units, nowMs)
    if (first.promisedMs === undefined && startMs > nowMs) {
      if (startMs <= first.deadlineMs) return startMs
      this.#remove(line, first)
      line.forgetProjection()
      first.refuse(this.#refusalError(this.#refusal('wait', startMs, nowMs), first.cost))
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
    if (slot !== noSlot) this.#keys?.hold(slot)
    return line
  }

  #closeLine(line: WaitingLine): void {
    this.#lines.delete(line.slot)
    if (line.slot !== noSlot) this.#keys?.letGo(line.slot)
  }

  #projection(line: WaitingLine, nowMs: number): Meter {
    const unitsOf = (waiter: Waiter): number => this.#unitsOf(line.slot, waiter.cost, nowMs)
    return line.projection(this.#meter, unitsOf, this.#fromMs(line.slot, nowMs))
  }

  #startMs(slot: number, units: number, nowMs: number): number {
    return this.#meter.startMs(slot, units, this.#fromMs(slot, nowMs))
  }

  /** A share of the limit is kept by counting each unit for as many as go into it. */
  #unitsOf(slot: number, cost: number, nowMs: number): number {
    if (this.#paces.size === 0) return cost
    return cost / this.#shareAt(slot, this.#fromMs(slot, nowMs))
  }

  #shareAt(slot: number, nowMs: number): number {
    const pace = this.#paces.get(slot)
    if (pace === undefined || this.#options.pace === undefined) return 1
    return shareAt(pace, nowMs, this.#options.pace)
  }

  /** The end of a pause, or now. What is over is forgotten. */
  #fromMs(slot: number, nowMs: number): number {
    if (this.#paces.size === 0) return nowMs
    const pace = this.#paces.get(slot)
    if (pace === undefined || pace.kind === 'full') return nowMs
    if (pace.untilMs > nowMs) return pace.untilMs
    if (this.#shareAt(slot, nowMs) === 1) this.#paces.delete(slot)
    return nowMs
  }

  /** The slot of a key that is known. */
  #slotOf(key: string | undefined): number | undefined {
    if (this.#keys === undefined || key === undefined) return noSlot
    const slot = this.#keys.slotOf(key)
    return slot === noSlot ? undefined : slot
  }

  /** The slot of a key, which is then known. */
  #slotFor(key: string | undefined): number {
    const keys = this.#keys
    if (keys === undefined || key === undefined) return noSlot
    const known = keys.slotOf(key)
    if (known !== noSlot) {
      keys.use(known)
      return known
    }
    if (keys.isFull) this.#evict(keys)
    const slot = keys.add(key)
    this.#meter.open(slot)
    return slot
  }

  /** Keys that wait are held, and there are more places than can wait: one always goes. */
  #evict(keys: KeyTable): void {
    const nowMs = this.#clock.now()
    let victim = keys.oldest
    let least = Infinity
    for (let looked = 0; looked < evictionSample && least > 0; looked++) {
      const slot = keys.oldest
      if (slot === noSlot) break
      const used = this.#meter.used(slot, nowMs) + (this.#paces.has(slot) ? 1 : 0)
      if (used < least) [victim, least] = [slot, used]
      // At the end, so that the next eviction looks at others.
      keys.use(slot)
    }
    this.#paces.delete(victim)
    keys.remove(victim)
  }
}
