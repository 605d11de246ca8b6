import type { Clock, Timer } from 'seaworthy/core'
import { Asking, GrantedUnits, LocalPlace } from './asking.ts'
import { Limiter, type LimitRefusal } from './limiter.ts'
import type { Taken } from './meter.ts'
import { findingOut, mayAsk, reachable, unreachable, type Reachability } from './reachability.ts'
import type { SharedLimitAnswer, SharedLimitGrant } from './shared-limit.ts'
import type { ResolvedSharedRateLimit } from './shared-rate-limit-options.ts'
import type { Waiter } from './waiter.ts'

/** How often a caller asks whose moment has passed before it could use it. */
const lateMax = 3
/** The store is asked for those who wait without it no sooner than so long after it has failed. */
const askForMinMs = 50

/** What a limiter needs from its policy. */
export interface SharedRefusals {
  refusalError(refusal: LimitRefusal, cost: number): unknown
  unreachableError(retryAfterMs: number): unknown
}

/**
 * Units for the callers of this process from a limit that others share. The store decides; here callers wait for the moment
 * it granted, give up, and do without it for a while when it does not answer in time. Who waits without it goes back to it
 * as soon as it answers somebody. A grant that comes too late, or to nobody, is given back.
 */
export class SharedLimiter {
  readonly #options: ResolvedSharedRateLimit
  readonly #clock: Clock
  readonly #refusals: SharedRefusals
  /** Counts what starts in this process all the time, so that a lost store does not mean a fresh limit. */
  readonly #local: Limiter
  /** All who ask or wait, in the order in which they came. */
  readonly #askings = new Map<Waiter, Asking>()
  #store: Reachability = reachable
  /** Asks the store again for those who wait without it. */
  #again: Timer | undefined

  constructor(options: ResolvedSharedRateLimit, clock: Clock, refusals: SharedRefusals) {
    this.#options = options
    this.#clock = clock
    this.#refusals = refusals
    this.#local = new Limiter(options.local, clock, (refusal, cost) => refusals.refusalError(refusal, cost))
  }

  /** Callers who ask or wait. */
  get waiting(): number {
    return this.#askings.size
  }

  get isReachable(): boolean {
    return this.#store.kind === 'reachable'
  }

  /** Takes units without the store while it is left alone. Undefined when it is to be asked, or they cannot start now. */
  tryTake(cost: number, key: string | undefined): Taken | undefined {
    return mayAsk(this.#store, this.#clock.now()) ? undefined : this.#takeAlone(cost, key)
  }

  /** Lets somebody wait; the error to refuse with otherwise. */
  join(waiter: Waiter, key: string | undefined): unknown {
    const nowMs = this.#clock.now()
    const asking = new Asking(waiter, key, nowMs)
    if (this.waiting >= this.#options.queue) {
      return this.#refusalError(asking, { reason: 'queue-full', retryAfterMs: this.#timeForAll() })
    }
    if (!mayAsk(this.#store, nowMs)) return this.#joinAlone(asking)
    this.#askings.set(waiter, asking)
    if (this.isReachable) this.#ask(asking)
    else this.#findOut(asking)
    return undefined
  }

  /** Lets somebody wait no longer who gave up. */
  leave(waiter: Waiter): void {
    const asking = this.#askings.get(waiter)
    if (asking === undefined) return
    this.#leaveLine(asking)
    this.#end(asking)
    if (asking.grant !== undefined) this.#giveBackToStore(asking.grant)
  }

  /** Gives units back that were taken for this key and not used. */
  giveBack(key: string | undefined, taken: Taken): void {
    this.#local.giveBack(key, taken)
    if (taken instanceof GrantedUnits) this.#giveBackToStore(taken.grant)
  }

  /** Lets all processes pause because the server refused a call. */
  slowDown(key: string | undefined, sentMs: number | undefined, retryAfterMs: number | undefined): void {
    const pauseMs = this.#local.slowDown(key, sentMs, retryAfterMs)
    if (pauseMs === undefined) return
    const { name, store } = this.#options
    Promise.resolve(store.pause({ name, key: this.#sharedKey(key) }, pauseMs)).catch(() => this.#lost())
  }

  /** Asks the store for units. What comes of it is heard even if the caller has left meanwhile. */
  #ask(asking: Asking): void {
    const { name, store, limit, intervalMs, storeTimeoutMs, caller } = this.#options
    const { waiter } = asking
    const question = ++asking.questions
    const isOver = (): boolean => this.#askings.get(waiter) !== asking || asking.questions !== question
    let isOpen = true
    /** False when it is too late. */
    const close = (): boolean => {
      const wasOpen = isOpen
      isOpen = false
      timer.cancel()
      return wasOpen
    }
    const unanswered = (): void => {
      if (close()) this.#unanswered(isOver() ? undefined : asking)
    }
    const timer = this.#clock.schedule(storeTimeoutMs, unanswered, { keepsAlive: true })
    const maxWaitMs = Math.max(0, this.#deadlineMs(asking) - this.#clock.now())
    const key = this.#sharedKey(asking.key)
    store.reserve({ name, key, cost: waiter.cost, limit, intervalMs, maxWaitMs, caller }).then((answer) => {
      const isInTime = close()
      if (isInTime) this.#comeBack(isOver() ? undefined : asking)
      if (isInTime && !isOver()) this.#answered(asking, answer)
      else if (answer.granted) this.#giveBackToStore(answer)
    }, unanswered)
  }

  /** Asks for somebody, and so finds out for all whether the store is there again. */
  #findOut(asking: Asking): void {
    const { storeTimeoutMs, retryStoreMs } = this.#options
    this.#cancelAgain()
    this.#store = findingOut(this.#clock.now(), Math.max(retryStoreMs, storeTimeoutMs))
    this.#ask(asking)
  }

  #answered(asking: Asking, answer: SharedLimitAnswer): void {
    if (answer.granted) {
      asking.grant = answer
      this.#await(asking, answer.waitMs)
    } else this.#refuse(asking, answer.retryAfterMs)
  }

  /** The store is there: all who wait without it ask it, except who has just heard from it. */
  #comeBack(heard: Asking | undefined): void {
    if (this.isReachable) return
    this.#store = reachable
    this.#cancelAgain()
    const back = [...this.#askings.values()].filter(({ place, isHeld }) => isHeld || place !== undefined)
    // From the end, so that nobody becomes the first by it and starts.
    for (const asking of back.toReversed()) this.#leaveLine(asking)
    for (const asking of back) if (asking !== heard) this.#ask(asking)
  }

  /** The store took too long, or cannot tell. */
  #unanswered(asking: Asking | undefined): void {
    this.#lost()
    if (asking !== undefined) this.#goAlone(asking)
    const held = [...this.#askings.values()].filter(({ isHeld }) => isHeld)
    for (const other of held) if (other.isHeld) this.#goAlone(other)
  }

  /** Goes on without the store. Who stands in line for the local share stays there. */
  #goAlone(asking: Asking): void {
    if (asking.place !== undefined) return
    const { waiter, key } = asking
    asking.isHeld = false
    this.#end(asking)
    const taken = this.#takeAlone(waiter.cost, key)
    if (taken !== undefined) return waiter.admit(taken)
    const error = this.#joinAlone(asking)
    if (error !== undefined) waiter.refuse(error)
  }

  #await(asking: Asking, waitMs: number): void {
    if (waitMs <= 0) this.#use(asking)
    else asking.timer = this.#clock.schedule(waitMs, () => this.#use(asking), { keepsAlive: true })
  }

  /** The moment has come. */
  #use(asking: Asking): void {
    const { grant, waiter, key } = asking
    if (grant === undefined) return
    const nowMs = this.#clock.now()
    const dueMs = this.#options.store.dueInMs?.(grant) ?? 0
    if (dueMs === 0) {
      this.#end(asking)
      this.#local.count(grant.cost, key, nowMs)
      waiter.admit(new GrantedUnits(grant, nowMs))
    } else if (dueMs === 'late') this.#askAgain(asking, grant)
    // Asking took its time, too.
    else if (nowMs + dueMs <= this.#deadlineMs(asking) + this.#options.storeTimeoutMs)
      this.#await(asking, dueMs)
    else {
      this.#giveBackToStore(grant)
      this.#refuse(asking, dueMs)
    }
  }

  #askAgain(asking: Asking, grant: SharedLimitGrant): void {
    asking.grant = undefined
    this.#giveBackToStore(grant)
    if (++asking.late < lateMax) this.#ask(asking)
    else this.#refuse(asking, this.#timeForAll())
  }

  #refuse(asking: Asking, retryAfterMs: number): void {
    this.#end(asking)
    const { queueWaitMaxMs } = this.#options
    const waitedMs = this.#clock.now() - asking.sinceMs
    // A store refuses for reasons of its own, too.
    const isTooLong = queueWaitMaxMs > 0 && waitedMs + retryAfterMs > queueWaitMaxMs
    const reason = isTooLong ? 'wait' : 'rate'
    asking.waiter.refuse(this.#refusalError(asking, { reason, retryAfterMs, waitedMs }))
  }

  #end(asking: Asking): void {
    asking.timer?.cancel()
    asking.place = undefined
    this.#askings.delete(asking.waiter)
    if (this.#local.waiting === 0) this.#cancelAgain()
  }

  #leaveLine(asking: Asking): void {
    const { place } = asking
    asking.isHeld = false
    asking.place = undefined
    if (place !== undefined) this.#local.leave(place)
  }

  #lost(): void {
    this.#cancelAgain()
    this.#store = unreachable(this.#clock.now(), this.#options.retryStoreMs)
    this.#askAgainLater()
  }

  /** Has the store asked when it may be, if somebody waits without it. */
  #askAgainLater(): void {
    const store = this.#store
    if (this.#again !== undefined || this.#local.waiting === 0) return
    if (store.kind === 'reachable' || store.isAsked) return
    const inMs = Math.max(store.askAgainMs - this.#clock.now(), askForMinMs)
    this.#again = this.#clock.schedule(inMs, () => {
      this.#again = undefined
      const first = [...this.#askings.values()].find(({ place }) => place !== undefined)
      if (first !== undefined) this.#findOut(first)
    })
  }

  #cancelAgain(): void {
    this.#again?.cancel()
    this.#again = undefined
  }

  #takeAlone(cost: number, key: string | undefined): Taken | undefined {
    const { whenUnreachable } = this.#options
    if (whenUnreachable === 'refuse') return undefined
    if (whenUnreachable === 'local-share') return this.#local.tryTake(cost, key)
    const startMs = this.#clock.now()
    this.#local.count(cost, key, startMs)
    return { units: cost, startMs }
  }

  #joinAlone(asking: Asking): unknown {
    const { waiter, key } = asking
    const store = this.#store
    if (this.#options.whenUnreachable === 'refuse') {
      const askAgainMs = store.kind === 'unreachable' ? store.askAgainMs : 0
      return this.#refusals.unreachableError(Math.max(0, Math.ceil(askAgainMs - this.#clock.now())))
    }
    const place = new LocalPlace(waiter, () => this.#end(asking))
    asking.place = place
    this.#askings.set(waiter, asking)
    const refusal = this.#local.join(place, key)
    if (refusal === undefined) {
      this.#askAgainLater()
      return undefined
    }
    asking.place = undefined
    asking.isHeld = store.kind === 'unreachable' && store.isAsked
    if (asking.isHeld) return undefined
    this.#askings.delete(waiter)
    return this.#refusalError(asking, refusal)
  }

  #refusalError({ waiter }: Asking, refusal: LimitRefusal): unknown {
    const retryAfterMs = Math.ceil(refusal.retryAfterMs)
    return this.#refusals.refusalError({ ...refusal, retryAfterMs }, waiter.cost)
  }

  #deadlineMs(asking: Asking): number {
    return asking.sinceMs + this.#options.queueWaitMaxMs
  }

  /** What is not given back, because the store cannot be reached, is free again when it leaves the span. */
  #giveBackToStore(grant: SharedLimitGrant): void {
    this.#options.store.giveBack(grant).catch(() => this.#lost())
  }

  #sharedKey(key: string | undefined): string {
    return this.#options.keys === 0 ? '' : (key ?? '')
  }

  /** How long all who ask or wait take by the limit, and one more. */
  #timeForAll(): number {
    const { intervalMs, limit } = this.#options
    return ((this.waiting + 1) * intervalMs) / limit
  }
}
