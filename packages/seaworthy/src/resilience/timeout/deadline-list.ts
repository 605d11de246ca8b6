import { coarseClockOf, isolate, type Clock, type CoarseClock, type Timer } from 'seaworthy/core'

/** Something that must end in time: a link of a {@link DeadlineList}. */
export interface Deadline<Owner> {
  owner: Owner
  /** When its time began, on the clock. */
  readonly startedAtMs: number
  before: Deadline<Owner> | undefined
  after: Deadline<Owner> | undefined
}

/** What an owner keeps: its link or, while it has none yet, its place among the arrivals. */
export type Registration<Owner> = Deadline<Owner> | number

export interface DeadlineHooks<Owner> {
  /** Keeps the link of an owner in place of its arrival. */
  readonly keep: (owner: Owner, link: Deadline<Owner>) => void
  /** Is called with the owner of each deadline that is over. */
  readonly onOver: (owner: Owner) => void
}

/**
 * How many arrivals are noted together. Each such note is a list of its own, because writing a new object into an old list
 * costs the garbage collector several times what the rest costs us.
 */
const arrivalsMax = 256

/** For its timers: a caller waits for whatever has a deadline. */
const keepsAlive = Object.freeze({ keepsAlive: true })

/**
 * Deadlines of one length. The oldest is always the first to be over, so one timer serves all of them. While there are
 * many, a beginning is only noted, without a reading of the clock; whatever has not ended a few milliseconds later gets a
 * link and the time of then. So no deadline is over early, some a tick late, and what ends at once costs next to nothing.
 */
export class DeadlineList<Owner> {
  readonly limitMs: number
  readonly #clock: Clock
  readonly #coarse: CoarseClock
  readonly #hooks: DeadlineHooks<Owner>
  readonly #onRing = (): void => this.#ring()
  readonly #onRenewal = (nowMs: number): void => {
    this.#awaitsRenewal = false
    this.#enlistArrivals(nowMs)
  }
  readonly #blank: readonly (Owner | undefined)[] = Array.from({ length: arrivalsMax }, () => undefined)
  #arrivals = this.#blank.slice()
  #arrivalCount = 0
  #awaitsRenewal = false
  #first: Deadline<Owner> | undefined
  #last: Deadline<Owner> | undefined
  #timer: Timer | undefined

  /** @param limitMs how long each may take */
  constructor(limitMs: number, clock: Clock, hooks: DeadlineHooks<Owner>) {
    this.limitMs = limitMs
    this.#clock = clock
    this.#coarse = coarseClockOf(clock)
    this.#hooks = hooks
  }

  /** Begins a deadline. What it returns is the owner's to keep until the end. */
  begin(owner: Owner): Registration<Owner> {
    if (!this.#coarse.isCopy) return this.#enlist(owner, this.#coarse.now())
    if (this.#arrivalCount === arrivalsMax) this.#enlistArrivals(this.#clock.now())
    if (!this.#awaitsRenewal) this.#awaitRenewal()
    const place = this.#arrivalCount++
    this.#arrivals[place] = owner
    return place
  }

  /** The deadline was met. */
  end(kept: Registration<Owner>): void {
    if (typeof kept === 'number') this.#arrivals[kept] = undefined
    else this.#unlink(kept)
  }

  /** Another owner takes a deadline over. Returns what that one is to keep. */
  handOver(kept: Registration<Owner>, to: Owner): Registration<Owner> {
    if (typeof kept === 'number') this.#arrivals[kept] = to
    else kept.owner = to
    return kept
  }

  /** When a deadline is over, on the clock. One that has only arrived counts from now on: once read, it does not move. */
  overAtMs(kept: Registration<Owner>): number {
    const { startedAtMs } = typeof kept === 'number' ? this.#enlistArrival(kept) : kept
    return this.limitMs + startedAtMs
  }

  #unlink(link: Deadline<Owner>): void {
    const { before, after } = link
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    if (this.#first === undefined) this.#disarm()
  }

  #awaitRenewal(): void {
    this.#awaitsRenewal = true
    this.#coarse.onRenewal(this.#onRenewal)
  }

  #enlist(owner: Owner, startedAtMs: number): Deadline<Owner> {
    const link = { owner, startedAtMs, before: this.#last, after: undefined }
    if (this.#last === undefined) this.#first = link
    else this.#last.after = link
    this.#last = link
    this.#timer ??= this.#wait(this.limitMs)
    return link
  }

  #enlistArrival(place: number): Deadline<Owner> {
    // The number is its owner's, who is there until the end.
    const owner = this.#arrivals[place] as Owner
    this.#arrivals[place] = undefined
    const link = this.#enlist(owner, this.#clock.now())
    this.#hooks.keep(owner, link)
    return link
  }

  #enlistArrivals(nowMs: number): void {
    const arrivals = this.#arrivals
    const count = this.#arrivalCount
    this.#coarse.countReads(count)
    this.#arrivals = this.#blank.slice()
    this.#arrivalCount = 0
    for (let place = 0; place < count; place++) {
      const owner = arrivals[place]
      if (owner !== undefined) this.#hooks.keep(owner, this.#enlist(owner, nowMs))
    }
  }

  #disarm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #ring(): void {
    // Stays in its place, so that what begins in here does not arm another one, too late for those that are left.
    const rung = this.#timer
    const nowMs = this.#clock.now()
    let link = this.#first
    while (link !== undefined && link.startedAtMs + this.limitMs <= nowMs) {
      const { owner } = link
      this.#unlink(link)
      isolate(() => this.#hooks.onOver(owner))
      link = this.#first
    }
    if (link === undefined || this.#timer !== rung) return
    this.#timer = this.#wait(link.startedAtMs + this.limitMs - this.#clock.now())
  }

  #wait(delayMs: number): Timer {
    return this.#clock.schedule(delayMs, this.#onRing, keepsAlive)
  }
}
