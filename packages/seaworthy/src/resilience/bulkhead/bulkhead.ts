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
import { callOf, type Call, type CallContext, type Work } from '../engine/call-context.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { invoke, type Policy } from '../engine/policy.ts'
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

class SlotBulkhead implements Bulkhead {
  readonly kind = 'bulkhead'
  readonly name: string
  readonly #options: Resolved<typeof bulkheadFields>
  readonly #clock: Clock
  readonly #waiting: BoundedQueue<BulkheadWaiter>
  #active = 0
  #abandoned = 0
  #refused = 0

  constructor(options: Resolved<typeof bulkheadFields>, clock: Clock) {
    this.name = options.name
    this.#options = options
    this.#clock = clock
    this.#waiting = new BoundedQueue(options.queue, options.name)
  }

  execute<T>(next: Work<T>, context: CallContext): Promise<T> {
    const call = callOf(context)
    if (call.scope.isAborted) return Promise.reject(call.scope.reason)
    if (this.#active < this.#options.concurrency) {
      this.#active++
      return this.#run(next, call)
    }
    if (this.#waiting.isFull) return Promise.reject(this.#refuse('ERR_BULKHEAD_FULL'))
    return this.#enqueue(next, call)
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

  /** Runs work in a slot that is already counted. */
  #run<T>(next: Work<T>, call: Call): Promise<T> {
    const result = invoke(next, call)
    const ended = (): void => this.#ended(call)
    result.then(ended, ended)
    return result
  }

  #ended(call: Call): void {
    const abandoned = call.abandonedWork()
    if (abandoned === undefined) return this.#release()
    this.#abandoned++
    void abandoned.then(() => {
      this.#abandoned--
      this.#release()
    })
  }

  /** Hands the slot to the first in the queue in the same step, so that no newcomer can take it. */
  #release(): void {
    const waiter = this.#waiting.shift()
    if (waiter === undefined) this.#active--
    else waiter.admit()
  }

  #enqueue<T>(next: Work<T>, call: Call): Promise<T> {
    return new Promise((resolve, reject) => {
      const { queueWaitMax } = this.#options
      const waiter = new BulkheadWaiter(call, {
        run: () => void this.#run(next, call).then(resolve, reject),
        leave: () => this.#waiting.remove(waiter),
        reject,
      })
      this.#waiting.push(waiter)
      waiter.wait(
        queueWaitMax === undefined
          ? undefined
          : this.#clock.schedule(queueWaitMax, () => waiter.refuse(this.#refuse('ERR_QUEUE_TIMEOUT'))),
      )
    })
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
