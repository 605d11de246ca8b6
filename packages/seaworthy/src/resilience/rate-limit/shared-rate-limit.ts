import { formatMs, refusalChannel, type Runtime, type SeaworthyError } from 'seaworthy/core'
import { wrongWishes } from '../engine/check-call.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { Policy } from '../engine/policy.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { resilienceError } from '../resilience-errors.ts'
import { retryAfterOf } from '../retry/retry-after.ts'
import { PromiseWaiter } from './callers.ts'
import type { LimitRefusal } from './limiter.ts'
import type { Taken } from './meter.ts'
import type { AcquireOptions } from './rate-limit-handle.ts'
import { RateLimitStage, type StagedLimit } from './rate-limit-stage.ts'
import { checkCost, rateRefusal } from './rate-refusal.ts'
import { isServerRefusal } from './server-refusal.ts'
import { SharedLimiter, type SharedRefusals } from './shared-limiter.ts'
import {
  resolveSharedRateLimitOptions,
  type ResolvedSharedRateLimit,
  type SharedRateLimitOptions,
  type WhenUnreachable,
} from './shared-rate-limit-options.ts'
import type { Waiter } from './waiter.ts'

export interface SharedRateLimitSnapshot {
  readonly name: string
  readonly limit: number
  readonly intervalMs: number
  /** Whether the store answered when it was last asked. */
  readonly isReachable: boolean
  readonly whenUnreachable: WhenUnreachable
  readonly queue: number
  /** Callers of this process who ask or wait. */
  readonly waiting: number
  /** Callers of this process refused since the start. */
  readonly refused: number
}

/** A {@link RateLimit} that several processes keep together. */
export interface SharedRateLimit extends Policy {
  readonly kind: 'shared-rate-limit'
  /**
   * Waits for units that start now.
   *
   * @throws SeaworthyError ERR_RATE_EXCEEDED when the queue is full or the wait would be too long
   * @throws SeaworthyError ERR_LIMIT_UNREACHABLE when the store cannot be reached, if that is what should happen then
   */
  acquire(cost?: number, options?: AcquireOptions): Promise<void>
  /** Tells how a call failed: all processes pause when the server refused it. See `RateLimit.learn`. */
  learn(error: unknown, key?: string, sentAtMs?: number): void
  snapshot(): SharedRateLimitSnapshot
}

/**
 * Limits how many calls start in a time in several processes together. A call asks the store, waits for its turn among the
 * callers of all processes, and is refused at once when that would take too long. A store that does not answer costs a
 * bounded time, and then nothing until it is asked again; meanwhile each process does as configured. When it answers one
 * caller, all who wait for the local share ask it, in the order in which they came, for what is left of their wait. While
 * that one asks, who would be refused for the local share waits for the answer. For about an interval around such a change
 * all processes together may start more than the limit: none knows of the others then.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function sharedRateLimit(
  options: SharedRateLimitOptions,
  runtime?: Partial<Runtime>,
): SharedRateLimit {
  const complete = completeRuntime(runtime)
  return new StoredRateLimit(resolveSharedRateLimitOptions(options, complete.random), complete)
}

class StoredRateLimit extends StagedPolicy implements SharedRateLimit, StagedLimit, SharedRefusals {
  readonly kind = 'shared-rate-limit'
  readonly name: string
  readonly #options: ResolvedSharedRateLimit
  readonly #limiter: SharedLimiter
  #refused = 0

  constructor(options: ResolvedSharedRateLimit, { clock }: Runtime) {
    super()
    this.name = options.name
    this.#options = options
    this.#limiter = new SharedLimiter(options, clock, this)
  }

  stage(): Stage {
    return new RateLimitStage(this)
  }

  tryTake(cost: number, key: string | undefined): Taken | undefined {
    checkCost(cost, this.#options.limit, this.name)
    return this.#limiter.tryTake(cost, key)
  }

  join(waiter: Waiter, key: string | undefined): unknown {
    return this.#limiter.join(waiter, key)
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
    if (refusal !== undefined) waiter.refuse(refusal)
    else waiter.listen(signal, () => this.leave(waiter))
    return waiter.promise
  }

  learn(error: unknown, key?: string, sentAtMs?: number): void {
    if (isServerRefusal(error)) this.#limiter.slowDown(key, sentAtMs, retryAfterOf(error))
  }

  snapshot(): SharedRateLimitSnapshot {
    const { name, limit, intervalMs, whenUnreachable, queue } = this.#options
    const { isReachable, waiting } = this.#limiter
    const refused = this.#refused
    return Object.freeze({ name, limit, intervalMs, isReachable, whenUnreachable, queue, waiting, refused })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { store: _, local, ...options } = this.#options
    return { kind: this.kind, ...options, localLimit: local.limit }
  }

  refusalError(refusal: LimitRefusal, cost: number): SeaworthyError {
    this.#refused++
    return rateRefusal(this.#options, refusal, cost)
  }

  unreachableError(retryAfterMs: number): SeaworthyError {
    this.#refused++
    const { name, storeTimeoutMs } = this.#options
    if (refusalChannel.hasSubscribers) {
      refusalChannel.publish({ name, reason: 'limit-unreachable', retryAfterMs })
    }
    return resilienceError(
      'ERR_LIMIT_UNREACHABLE',
      `Cannot call "${name}": the store of its limit must answer within ${formatMs(storeTimeoutMs)}, does not`,
      { details: { name }, retryAfterMs },
    )
  }
}
