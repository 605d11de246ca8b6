import type { Clock, Timer } from 'seaworthy/core'
import { Limiter, type LimitRefusal } from './limiter.ts'
import type { Taken } from './meter.ts'
import { mayAsk, reachable, unreachable, type Reachability } from './reachability.ts'
import type { SharedLimitAnswer, SharedLimitGrant } from './shared-limit.ts'
import type { ResolvedSharedRateLimit } from './shared-rate-limit-options.ts'
import type { Waiter } from './waiter.ts'

/** How often a caller asks again whose moment has passed before it could use it. */
const roundsMax = 3

/** What a limiter needs from its policy. */
export interface SharedRefusals {
  refusalError(refusal: LimitRefusal, cost: number): unknown
  unreachableError(retryAfterMs: number): unknown
}

/** Units that a store granted. */
class GrantedUnits implements Taken {
  readonly units: number
  readonly startMs: number
  readonly grant: SharedLimitGrant

  constructor(grant: SharedLimitGrant, startMs: number) {
    this.units = grant.cost
    this.startMs = startMs
    this.grant = grant
  }
}

/** A caller who asks the store, then waits for the moment that it was granted. */
class Asking {
  readonly waiter: Waiter
  readonly key: string | undefined
  readonly deadlineMs: number
  timer: Timer | undefined
  grant: SharedLimitGrant | undefined
  rounds = 0

  constructor(waiter: Waiter, key: string | undefined, deadlineMs: number) {
    this.waiter = waiter
    this.key = key
    this.deadlineMs = deadlineMs
  }
}

/**
 * Units for the callers of this process from a limit that others share. The store decides; here callers wait for the moment
 * it granted, give up, and do without it for a while when it does not answer in time. A grant that comes too late, or to
 * nobody, is given back.
 */
export class SharedLimiter {
  readonly #options: ResolvedSharedRateLimit
  readonly #clock: Clock
  readonly #refusals: SharedRefusals
  /** Counts what starts in this process all the time, so that a lost store does not mean a fresh limit. */
  readonly #local: Limiter
  readonly #askings = new Map<Waiter, Asking>()
  #store: Reachability = reachable

  constructor(options: ResolvedSharedRateLimit, clock: Clock, refusals: SharedRefusals) {
    this.#options = options
    this.#clock = clock
    this.#refusals = refusals
    this.#local = new Limiter(options.local, clock, (refusal, cost) => refusals.refusalError(refusal, cost))
  }

  /** Callers who ask or wait. */
  get waiting(): number {
    return this.#askings.size + this.#local.waiting
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
    const { queue, queueWaitMaxMs, storeTimeoutMs, retryStoreMs } = this.#options
    const nowMs = this.#clock.now()
    if (this.waiting >= queue) return this.#refusalError('queue-full', this.#timeForAll(), waiter)
    if (!mayAsk(this.#store, nowMs)) return this.#joinAlone(waiter, key)
    if (!this.isReachable) this.#store = unreachable(nowMs, Math.max(retryStoreMs, storeTimeoutMs))
    const asking = new Asking(waiter, key, nowMs + queueWaitMaxMs)
    this.#askings.set(waiter, asking)
    this.#ask(asking)
    return undefined
  }

  /** Lets somebody wait no longer who gave up. */
  leave(waiter: Waiter): void {
    const asking = this.#askings.get(waiter)
    if (asking === undefined) return this.#local.leave(waiter)
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

  #ask(asking: Asking): void {
    const { name, store, limit, intervalMs, storeTimeoutMs, caller } = this.#options
    const { waiter, deadlineMs } = asking
    const round = ++asking.rounds
    const isOver = (): boolean => this.#askings.get(waiter) !== asking || asking.rounds !== round
    asking.timer = this.#clock.schedule(storeTimeoutMs, () => this.#unanswered(asking))
    const maxWaitMs = Math.max(0, deadlineMs - this.#clock.now())
    const key = this.#sharedKey(asking.key)
    store.reserve({ name, key, cost: waiter.cost, limit, intervalMs, maxWaitMs, caller }).then(
      (answer) => {
        if (!isOver()) this.#answered(asking, answer)
        else if (answer.granted) this.#giveBackToStore(answer)
      },
      () => {
        if (!isOver()) this.#unanswered(asking)
      },
    )
  }

  #answered(asking: Asking, answer: SharedLimitAnswer): void {
    this.#store = reachable
    asking.timer?.cancel()
    if (answer.granted) {
      asking.grant = answer
      this.#await(asking, answer.waitMs)
    } else this.#refuse(asking, answer.retryAfterMs)
  }

  /** The store took too long, or cannot tell. */
  #unanswered(asking: Asking): void {
    this.#lost()
    this.#end(asking)
    const { waiter, key } = asking
    const taken = this.#takeAlone(waiter.cost, key)
    if (taken !== undefined) return waiter.admit(taken)
    const error = this.#joinAlone(waiter, key)
    if (error !== undefined) waiter.refuse(error)
  }

  #await(asking: Asking, waitMs: number): void {
    if (waitMs <= 0) this.#use(asking)
    else asking.timer = this.#clock.schedule(waitMs, () => this.#use(asking))
  }

  /** The moment has come. */
  #use(asking: Asking): void {
    const { grant, waiter, key, deadlineMs } = asking
    if (grant === undefined) return
    const nowMs = this.#clock.now()
    const dueMs = this.#options.store.dueInMs?.(grant) ?? 0
    if (dueMs === 0) {
      this.#end(asking)
      this.#local.count(grant.cost, key, nowMs)
      waiter.admit(new GrantedUnits(grant, nowMs))
    } else if (dueMs === 'late') this.#askAgain(asking, grant)
    // Asking took its time, too.
    else if (nowMs + dueMs <= deadlineMs + this.#options.storeTimeoutMs) this.#await(asking, dueMs)
    else {
      this.#giveBackToStore(grant)
      this.#refuse(asking, dueMs)
    }
  }

  #askAgain(asking: Asking, grant: SharedLimitGrant): void {
    asking.grant = undefined
    this.#giveBackToStore(grant)
    if (asking.rounds < roundsMax) this.#ask(asking)
    else this.#refuse(asking, this.#timeForAll())
  }

  #refuse(asking: Asking, retryAfterMs: number): void {
    this.#end(asking)
    const { waiter } = asking
    const reason = this.#options.queueWaitMaxMs === 0 ? 'rate' : 'wait'
    waiter.refuse(this.#refusalError(reason, retryAfterMs, waiter))
  }

  #end(asking: Asking): void {
    asking.timer?.cancel()
    this.#askings.delete(asking.waiter)
  }

  #lost(): void {
    this.#store = unreachable(this.#clock.now(), this.#options.retryStoreMs)
  }

  #takeAlone(cost: number, key: string | undefined): Taken | undefined {
    const { whenUnreachable } = this.#options
    if (whenUnreachable === 'refuse') return undefined
    if (whenUnreachable === 'local-share') return this.#local.tryTake(cost, key)
    const startMs = this.#clock.now()
    this.#local.count(cost, key, startMs)
    return { units: cost, startMs }
  }

  #joinAlone(waiter: Waiter, key: string | undefined): unknown {
    if (this.#options.whenUnreachable === 'refuse') {
      const askAgainMs = this.#store.kind === 'unreachable' ? this.#store.askAgainMs : 0
      return this.#refusals.unreachableError(Math.max(0, Math.ceil(askAgainMs - this.#clock.now())))
    }
    const refusal = this.#local.join(waiter, key)
    return refusal && this.#refusals.refusalError(refusal, waiter.cost)
  }

  #refusalError(reason: LimitRefusal['reason'], retryAfterMs: number, waiter: Waiter): unknown {
    return this.#refusals.refusalError({ reason, retryAfterMs: Math.ceil(retryAfterMs) }, waiter.cost)
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
