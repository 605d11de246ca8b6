import {
  BoundedQueue,
  defineOptions,
  duration,
  integer,
  optional,
  refusalChannel,
  text,
  type Clock,
  type Duration,
  type Resolved,
  type Runtime,
  type SeaworthyError,
} from 'seaworthy/core'
import { BulkheadWaiter } from './bulkhead-waiter.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { Flight } from '../engine/flight.ts'
import type { Policy } from '../engine/policy.ts'
import { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { resilienceError, type ResilienceErrorCode } from '../resilience-errors.ts'

export interface BulkheadOptions {
  /** What is guarded, for messages, metrics and the registry. */
  readonly name: string
  /** Calls that may be under way at once, from 1 to 100,000. Default 10. */
  readonly concurrency?: number
  /** Calls that may wait for a slot, from 0 to 100,000. Default 0: nobody waits. */
  readonly queue?: number
  /** How long a call may wait for a slot. Default: until the call itself is aborted. */
  readonly queueWaitMax?: Duration
  /** What a refusal carries as `retryAfterMs`. Default 1 s. */
  readonly retryAfter?: Duration
}

export const bulkheadDefaults = { concurrency: 10, queue: 0, retryAfter: '1s' } as const

const bulkheadFields = {
  name: text(),
  concurrency: integer(1, 100_000),
  queue: integer(0, 100_000),
  queueWaitMax: optional(duration('1ms', '1d')),
  retryAfter: duration(0, '1d'),
}

const resolveBulkheadOptions = defineOptions('bulkhead', bulkheadDefaults, bulkheadFields)

export interface BulkheadSnapshot {
  readonly name: string
  readonly concurrency: number
  /** Slots taken, those of abandoned work included. */
  readonly active: number
  /** Slots taken by work that goes on after a timeout inside the bulkhead gave it up. */
  readonly abandoned: number
  readonly queue: number
  /** Calls that wait for a slot. */
  readonly waiting: number
  /** Calls refused since the start, because all was full or because they waited too long. */
  readonly refused: number
}

export interface Bulkhead extends Policy {
  readonly kind: 'bulkhead'
  snapshot(): BulkheadSnapshot
}

/** Where a bulkhead is entered by name. */
export interface BulkheadRegistrar {
  readonly bulkheads: { add(bulkhead: Bulkhead): void }
}

/**
 * Limits how many calls are under way at once. A call beyond that waits in a bounded queue, first come first served, and
 * is refused when the queue is full. A slot is free again when the work has really ended, also when a timeout inside or
 * around the bulkhead answered the caller earlier.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function bulkhead(
  options: BulkheadOptions,
  runtime?: Partial<Runtime>,
  registry?: BulkheadRegistrar,
): Bulkhead {
  const resolved = resolveBulkheadOptions(options, options.name)
  const made = new SlotBulkhead(resolved, completeRuntime(runtime).clock)
  registry?.bulkheads.add(made)
  return made
}

class SlotBulkhead extends StagedPolicy implements Bulkhead {
  readonly kind = 'bulkhead'
  readonly name: string
  readonly #options: Resolved<typeof bulkheadFields>
  readonly #clock: Clock
  readonly #waiting: BoundedQueue<BulkheadWaiter>
  #active = 0
  #abandoned = 0
  #refused = 0

  constructor(options: Resolved<typeof bulkheadFields>, clock: Clock) {
    super()
    this.name = options.name
    this.#options = options
    this.#clock = clock
    this.#waiting = new BoundedQueue(options.queue, options.name)
  }

  stage(): Stage {
    return new BulkheadStage(this)
  }

  /** For its stages: takes a slot if one is free. */
  take(): boolean {
    if (this.#active >= this.#options.concurrency) return false
    this.#active++
    return true
  }

  /** For its stages: waits for a slot; the error to refuse with when the queue is full. */
  enqueue(waiter: BulkheadWaiter): SeaworthyError<ResilienceErrorCode> | undefined {
    if (this.#waiting.isFull) return this.#refuse('ERR_BULKHEAD_FULL')
    this.#waiting.push(waiter)
    const { queueWaitMax } = this.#options
    if (queueWaitMax !== undefined) {
      waiter.wait(
        this.#clock.schedule(queueWaitMax, () => {
          this.leave(waiter)
          waiter.refuse(this.#refuse('ERR_QUEUE_TIMEOUT'))
        }),
      )
    }
    return undefined
  }

  /** For its stages: waits no longer. */
  leave(waiter: BulkheadWaiter): void {
    this.#waiting.remove(waiter)
  }

  /** For its stages: gives the slot back, to the first in the queue in the same step, so that no newcomer can take it. */
  release(): void {
    const waiter = this.#waiting.shift()
    if (waiter === undefined) this.#active--
    else waiter.admit()
  }

  /** For its stages: gives the slot back when the work that was given up has ended. */
  releaseAfterStrays(flight: Flight, since: number): void {
    let isAbandoned = true
    this.#abandoned++
    flight.whenStraysEnded(since, () => {
      if (isAbandoned) this.#abandoned--
      isAbandoned = false
      this.release()
    })
  }

  snapshot(): BulkheadSnapshot {
    return Object.freeze({
      name: this.name,
      concurrency: this.#options.concurrency,
      active: this.#active,
      abandoned: this.#abandoned,
      queue: this.#options.queue,
      waiting: this.#waiting.size,
      refused: this.#refused,
    })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { name, concurrency, queue, queueWaitMax } = this.#options
    return {
      kind: this.kind,
      name,
      concurrency,
      queue,
      ...(queueWaitMax !== undefined && { queueWaitMaxMs: queueWaitMax }),
    }
  }

  #refuse(code: 'ERR_BULKHEAD_FULL' | 'ERR_QUEUE_TIMEOUT'): SeaworthyError<ResilienceErrorCode> {
    this.#refused++
    const { name, concurrency, queue, queueWaitMax, retryAfter: retryAfterMs } = this.#options
    const isFull = code === 'ERR_BULKHEAD_FULL'
    if (refusalChannel.hasSubscribers) {
      refusalChannel.publish({ name, reason: isFull ? 'bulkhead-full' : 'queue-timeout', retryAfterMs })
    }
    const why = isFull
      ? `one of ${concurrency} slots or ${queue} places in the queue must be free, all are taken`
      : `a slot must be free within ${queueWaitMax}ms, none was`
    return resilienceError(code, `Cannot call "${name}": ${why}`, {
      details: { name, concurrency, queue },
      retryAfterMs,
    })
  }
}

class BulkheadStage extends Stage {
  readonly #bulkhead: SlotBulkhead

  constructor(bulkhead: SlotBulkhead) {
    super()
    this.#bulkhead = bulkhead
  }

  override enter(flight: Flight): unknown {
    if (!this.#bulkhead.take()) return this.#wait(flight)
    flight.frames[this.index] = flight.strayCount
    return this.inner.enter(flight)
  }

  override succeeded(flight: Flight, value: unknown): unknown {
    this.#leave(flight)
    return this.outerOnSuccess.succeeded(flight, value)
  }

  override failed(flight: Flight, error: unknown): unknown {
    this.#leave(flight)
    return this.outerOnFailure.failed(flight, error)
  }

  override abandoned(flight: Flight): void {
    const frame = flight.frames[this.index]
    if (frame instanceof BulkheadWaiter) {
      frame.end()
      this.#bulkhead.leave(frame)
    } else this.#leave(flight)
  }

  #leave(flight: Flight): void {
    const since = flight.frames[this.index] as number
    if (flight.strayCount === since) this.#bulkhead.release()
    else this.#bulkhead.releaseAfterStrays(flight, since)
  }

  #wait(flight: Flight): unknown {
    const waiter = new BulkheadWaiter({
      admit: () => {
        flight.frames[this.index] = flight.strayCount
        flight.resume(this)
      },
      refuse: (error) => flight.fail(this, error),
    })
    const refusal = this.#bulkhead.enqueue(waiter)
    if (refusal !== undefined) return this.outerOnFailure.failed(flight, refusal)
    flight.frames[this.index] = waiter
    return flight.park(this)
  }
}
