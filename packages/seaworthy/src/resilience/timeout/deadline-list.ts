import { coarseClockOf, type Clock, type CoarseClock, type Timer } from 'seaworthy/core'

/** A call that must end in time: a link of a {@link DeadlineList}. */
export interface Deadline<Owner> {
  owner: Owner
  /** When its time began, on the clock; NaN as long as that is only known to be lately. */
  startedAtMs: number
  before: Deadline<Owner> | undefined
  after: Deadline<Owner> | undefined
}

/** Links that wait to be used again. More deadlines than this at once make new links, which are then dropped. */
const spareMax = 1_024

/**
 * Deadlines of one length. The oldest is always the first to be over, so one timer serves all of them, and it stays set
 * when its deadline is met while there are others. While there are many, a call costs neither a timer
 * nor a reading of the clock: its beginning is then entered a few milliseconds later, so that no call ends early and some have that much more.
 */
export class DeadlineList<Owner> {
  readonly limitMs: number
  readonly #clock: Clock
  readonly #coarse: CoarseClock
  readonly #onOver: (owner: Owner) => void
  readonly #onRefresh = (nowMs: number): void => {
    this.#awaitsRefresh = false
    this.#enterBeginnings(nowMs)
  }
  readonly #onRing = (): void => this.#ring()
  #first: Deadline<Owner> | undefined
  #last: Deadline<Owner> | undefined
  /** The first whose beginning is not known exactly. */
  #firstUnknown: Deadline<Owner> | undefined
  #spare: Deadline<Owner> | undefined
  #spares = 0
  #timer: Timer | undefined
  #awaitsRefresh = false

  /**
   * @param limitMs how long each may take
   * @param onOver is called with the owner of each that is over
   */
  constructor(limitMs: number, clock: Clock, onOver: (owner: Owner) => void) {
    this.limitMs = limitMs
    this.#clock = clock
    this.#coarse = coarseClockOf(clock)
    this.#onOver = onOver
  }

  /** Begins a deadline. */
  begin(owner: Owner): Deadline<Owner> {
    const link = this.#link(owner)
    if (this.#last === undefined) this.#first = link
    else this.#last.after = link
    this.#last = link
    const startedAtMs = this.#coarse.stamp()
    link.startedAtMs = startedAtMs
    // Only NaN differs from itself.
    if (startedAtMs !== startedAtMs) this.#awaitBeginning(link)
    else if (this.#timer === undefined) this.#arm(this.limitMs)
    return link
  }

  /** The deadline was met. */
  end(link: Deadline<Owner>): void {
    const { before, after } = link
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    if (this.#firstUnknown === link) this.#firstUnknown = after
    if (this.#timer !== undefined && this.#first === undefined) this.#disarm()
    if (this.#spares >= spareMax) return
    this.#spares++
    link.before = undefined
    link.after = this.#spare
    this.#spare = link
  }

  /** When a deadline is over, on the clock. */
  overAtMs(link: Deadline<Owner>): number {
    if (Number.isNaN(link.startedAtMs)) this.#enterBeginnings(this.#clock.now())
    return link.startedAtMs + this.limitMs
  }

  #link(owner: Owner): Deadline<Owner> {
    const link = this.#spare
    if (link === undefined) {
      return { owner, startedAtMs: 0, before: this.#last, after: undefined }
    }
    this.#spare = link.after
    this.#spares--
    link.owner = owner
    link.before = this.#last
    link.after = undefined
    return link
  }

  #awaitBeginning(link: Deadline<Owner>): void {
    this.#firstUnknown ??= link
    if (this.#awaitsRefresh) return
    this.#awaitsRefresh = true
    this.#coarse.onRefresh(this.#onRefresh)
  }

  #enterBeginnings(nowMs: number): void {
    for (let link = this.#firstUnknown; link !== undefined; link = link.after) link.startedAtMs = nowMs
    this.#firstUnknown = undefined
    if (this.#timer === undefined && this.#first !== undefined)
      this.#arm(this.#first.startedAtMs + this.limitMs - nowMs)
  }

  #arm(delayMs: number): void {
    this.#timer = this.#clock.schedule(delayMs, this.#onRing)
  }

  #disarm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #ring(): void {
    this.#timer = undefined
    const nowMs = this.#clock.now()
    for (let link = this.#first; link !== undefined; link = this.#first) {
      const leftMs = link.startedAtMs + this.limitMs - nowMs
      if (leftMs > 0) return this.#arm(leftMs)
      // One whose beginning is not known yet is younger than the last refresh, which arms.
      if (Number.isNaN(leftMs)) return
      const { owner } = link
      this.end(link)
      this.#onOver(owner)
    }
  }
}
