import type { Clock, Runtime, SeaworthyError } from 'seaworthy/core'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { entered } from '../engine/entered.ts'
import { changedOptions } from '../engine/given-options.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { acquireSlot, type SlotRequest } from './acquire-slot.ts'
import type { Bulkhead, BulkheadSnapshot, Slot } from './bulkhead-handle.ts'
import {
  resolveBulkheadOptions,
  type BulkheadOptions,
  type BulkheadSettings,
  type ResolvedBulkhead,
} from './bulkhead-options.ts'
import { SlotPool, type SlotPoolRules, type SlotRefusal } from './slot-pool.ts'
import { slotRefusal } from './slot-refusal.ts'
import { SlotStage, type SlotKeeper } from './slot-stage.ts'

/** Where a bulkhead is entered by name. */
export interface BulkheadRegistrar {
  readonly bulkheads: { add(bulkhead: Bulkhead): void }
}

/**
 * Limits how many calls are under way at once. A call beyond that waits in a bounded queue: the highest priority first, in
 * turn among the keys of one priority, first come first served within. When the queue is full, the call that would be
 * served last is refused, which may be the new one or another. A slot is free again when the work has really ended, also
 * when a timeout inside or around the bulkhead answered the caller earlier.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function bulkhead(
  options: BulkheadOptions,
  runtime?: Partial<Runtime>,
  registry?: BulkheadRegistrar,
): Bulkhead {
  const made = new SlotBulkhead(options, completeRuntime(runtime).clock)
  return entered(made, registry, 'bulkheads')
}

class SlotBulkhead extends StagedPolicy implements Bulkhead, SlotKeeper {
  readonly kind = 'bulkhead'
  readonly name: string
  readonly pool: SlotPool
  #given: BulkheadOptions
  #options: ResolvedBulkhead
  #abandoned = 0
  #refused = 0

  constructor(options: BulkheadOptions, clock: Clock) {
    super()
    this.#options = resolveBulkheadOptions(options)
    this.#given = options
    this.name = this.#options.name
    this.pool = new SlotPool(poolRules(this.#options), clock)
  }

  stage(): Stage {
    return new SlotStage(this)
  }

  get isIdle(): boolean {
    return this.pool.active === 0
  }

  tryAcquire(): Slot | undefined {
    if (this.pool.tryTake()) return new HeldSlot(this.pool)
    this.refuse('full')
    return undefined
  }

  async acquire(request: SlotRequest = {}): Promise<Slot> {
    await acquireSlot(this, request)
    return new HeldSlot(this.pool)
  }

  reconfigure(settings: BulkheadSettings): void {
    const given = changedOptions(this.#given, settings)
    this.#options = resolveBulkheadOptions(given, settings)
    this.#given = given
    const rules = poolRules(this.#options)
    this.pool.setLimit(rules.limit)
    this.pool.setQueue(rules)
  }

  refuse(reason: SlotRefusal): SeaworthyError {
    this.#refused++
    const { name, concurrency, queue, queueWaitMax, retryAfter } = this.#options
    return slotRefusal(reason, {
      code: 'ERR_BULKHEAD_FULL',
      name,
      limit: concurrency,
      queue,
      waitMaxMs: queueWaitMax,
      retryAfterMs: retryAfter,
    })
  }

  countAbandoned(change: 1 | -1): void {
    this.#abandoned += change
  }

  snapshot(): BulkheadSnapshot {
    return Object.freeze({
      name: this.name,
      concurrency: this.pool.limit,
      active: this.pool.active,
      abandoned: this.#abandoned,
      queue: this.#options.queue,
      waiting: this.pool.waiting,
      refused: this.#refused,
    })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { name, concurrency, queue, order, queueWaitMax } = this.#options
    return {
      kind: this.kind,
      name,
      concurrency,
      queue,
      order,
      ...(queueWaitMax !== undefined && { queueWaitMaxMs: queueWaitMax }),
    }
  }
}

class HeldSlot implements Slot {
  readonly #pool: SlotPool
  #isOver = false

  constructor(pool: SlotPool) {
    this.#pool = pool
  }

  release(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#pool.release()
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

function poolRules({ concurrency, queue, order, queueWaitMax }: ResolvedBulkhead): SlotPoolRules {
  return { limit: concurrency, queue, order, waitMaxMs: queueWaitMax }
}
