import type { Runtime, SeaworthyError } from 'seaworthy/core'
import { wrongWishes } from '../engine/check-call.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { entered } from '../engine/entered.ts'
import { changedOptions } from '../engine/given-options.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { retryAfterOf } from '../retry/retry-after.ts'
import { PromiseWaiter, ReservedPlace } from './callers.ts'
import { Limiter, type LimitRefusal } from './limiter.ts'
import type { Taken } from './meter.ts'
import type { AcquireOptions, RateLimit, RateLimitSnapshot, Reservation } from './rate-limit-handle.ts'
import {
  resolveRateLimitOptions,
  type RateLimitOptions,
  type RateLimitSettings,
  type ResolvedRateLimit,
} from './rate-limit-options.ts'
import { RateLimitStage, type StagedLimit } from './rate-limit-stage.ts'
import { checkCost, rateRefusal } from './rate-refusal.ts'
import { isServerRefusal } from './server-refusal.ts'
import type { Waiter } from './waiter.ts'

/** Where a rate limit is entered by name. */
export interface RateLimitRegistrar {
  readonly rateLimits: { add(limit: RateLimit): void }
}

/**
 * Limits how many calls start in a time, so that the limit of a server is kept, not hit. A call beyond it waits in a
 * bounded line or is refused with the time after which it would be let through. When the server refuses calls nevertheless,
 * it pauses as long as the server asks for and goes on slower for a while.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function rateLimit(
  options: RateLimitOptions,
  runtime?: Partial<Runtime>,
  registry?: RateLimitRegistrar,
): RateLimit {
  const made = new LocalRateLimit(options, completeRuntime(runtime))
  return entered(made, registry, 'rateLimits')
}

class LocalRateLimit extends StagedPolicy implements RateLimit, StagedLimit {
  readonly kind = 'rate-limit'
  readonly name: string
  readonly #limiter: Limiter
  #given: RateLimitOptions
  #options: ResolvedRateLimit
  #refused = 0

  constructor(options: RateLimitOptions, { clock }: Runtime) {
    super()
    this.#options = resolveRateLimitOptions(options)
    this.#given = options
    this.name = this.#options.name
    this.#limiter = new Limiter(this.#options, clock, (refusal, cost) => this.#refuse(refusal, cost))
  }

  get isIdle(): boolean {
    return this.#limiter.isIdle
  }

  stage(): Stage {
    return new RateLimitStage(this)
  }

  tryAcquire(cost = 1, key?: string): boolean {
    if (this.tryTake(cost, key) !== undefined) return true
    this.#refused++
    return false
  }

  tryTake(cost: number, key: string | undefined): Taken | undefined {
    this.#check(cost)
    return this.#limiter.tryTake(cost, key)
  }

  join(waiter: Waiter, key: string | undefined): SeaworthyError | undefined {
    const refusal = this.#limiter.join(waiter, key)
    return refusal && this.#refuse(refusal, waiter.cost)
  }

  leave(waiter: Waiter): void {
    this.#limiter.leave(waiter)
  }

  giveBack(key: string | undefined, taken: Taken): void {
    this.#limiter.giveBack(key, taken)
  }

  async acquire(cost = 1, options: AcquireOptions = {}): Promise<void> {
    const wrong = wrongWishes(options)
    if (wrong !== undefined) throw wrong
    const { key, signal } = options
    signal?.throwIfAborted()
    if (this.tryTake(cost, key) !== undefined) return undefined
    const waiter = new PromiseWaiter(cost)
    const refusal = this.join(waiter, key)
    if (refusal !== undefined) throw refusal
    waiter.listen(signal, () => this.leave(waiter))
    return waiter.promise
  }

  reserve(cost = 1, key?: string): Reservation {
    this.#check(cost)
    let place: ReservedPlace | undefined
    const result = this.#limiter.reserve(cost, key, (promisedMs) => {
      place = new ReservedPlace(cost, promisedMs)
      return place
    })
    if ('reason' in result) throw this.#refuse(result, cost)
    const { nowMs, taken } = result
    const cancel = (): void => {
      if (place?.line !== undefined) this.leave(place)
      else this.giveBack(key, place?.taken ?? taken)
    }
    return { waitMs: taken.startMs - nowMs, cancel: once(cancel) }
  }

  learn(error: unknown, key?: string, sentAtMs?: number): void {
    if (isServerRefusal(error)) this.#limiter.slowDown(key, sentAtMs, retryAfterOf(error))
  }

  reconfigure(settings: Partial<RateLimitSettings>): void {
    const given = changedOptions(this.#given, settings)
    this.#options = resolveRateLimitOptions(given, settings)
    this.#given = given
    this.#limiter.reconfigure(this.#options)
  }

  snapshot(key?: string): RateLimitSnapshot {
    const { name, algorithm, limit, intervalMs, burst, queue } = this.#options
    return Object.freeze({
      name,
      algorithm,
      limit,
      intervalMs,
      burst,
      queue,
      ...this.#limiter.stateOf(key),
      waiting: this.#limiter.waiting,
      refused: this.#refused,
      keys: this.#limiter.keyCount,
    })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { name, algorithm, limit, intervalMs, burst, queue, queueWaitMaxMs, keys, pace } = this.#options
    return {
      kind: this.kind,
      name,
      algorithm,
      limit,
      intervalMs,
      burst,
      queue,
      keys,
      ...(queueWaitMaxMs !== Infinity && { queueWaitMaxMs }),
      ...(pace !== undefined && { learn: pace }),
    }
  }

  #check(cost: number): void {
    checkCost(cost, this.#options.burst, this.name)
  }

  #refuse(refusal: LimitRefusal, cost: number): SeaworthyError {
    this.#refused++
    return rateRefusal(this.#options, refusal, cost)
  }
}

function once(action: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    action()
  }
}
