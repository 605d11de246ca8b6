import {
  defineOptions,
  duration,
  formatMs,
  text,
  timeoutChannel,
  type Clock,
  type Duration,
  type Runtime,
  type Timer,
} from 'seaworthy/core'
import type { AbortListener } from '../engine/abort-scope.ts'
import { callOf, type Call, type CallContext, type Work } from '../engine/call-context.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { invoke, type Policy } from '../engine/policy.ts'
import { resilienceError } from '../resilience-errors.ts'

export interface TimeoutOptions {
  /** For messages and metrics. Default `timeout`. */
  readonly name?: string
  /** How long the work may take, up to a day. Default 10 s. */
  readonly limit?: Duration
}

export const timeoutDefaults = { name: 'timeout', limit: '10s' } as const

const resolveTimeoutOptions = defineOptions('timeout', timeoutDefaults, {
  name: text(),
  limit: duration('1ms', '1d'),
})

/**
 * Ends work that takes too long: aborts its signal with an `ERR_TIMEOUT` error and rejects with the same, also when the
 * work ignores the signal. The abort of the caller rejects at once with the caller's own reason. The signal is not aborted
 * after the work has ended.
 */
export function timeout(options: TimeoutOptions = {}, runtime?: Partial<Runtime>): Policy {
  const { name, limit } = resolveTimeoutOptions(options, options.name)
  return new Timeout(name, limit, completeRuntime(runtime).clock)
}

class Timeout implements Policy {
  readonly kind = 'timeout'
  readonly name: string
  readonly limitMs: number
  readonly clock: Clock

  constructor(name: string, limitMs: number, clock: Clock) {
    this.name = name
    this.limitMs = limitMs
    this.clock = clock
  }

  execute<T>(next: Work<T>, context: CallContext): Promise<T> {
    const outer = callOf(context)
    if (outer.scope.isAborted) return Promise.reject(outer.scope.reason)
    return new Promise((resolve, reject) => {
      new TimedRun(this, outer, { resolve, reject }).start(next)
    })
  }

  describe(): Readonly<Record<string, unknown>> {
    return { kind: this.kind, name: this.name, limitMs: this.limitMs }
  }
}

interface Settle<T> {
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

/** One run against the clock. */
class TimedRun<T> implements AbortListener {
  readonly #policy: Timeout
  readonly #outer: Call
  readonly #inner: Call
  readonly #timer: Timer
  readonly #settle: Settle<T>
  #work: Promise<T> | undefined
  #isOver = false

  constructor(policy: Timeout, outer: Call, settle: Settle<T>) {
    const { clock, limitMs } = policy
    this.#policy = policy
    this.#outer = outer
    this.#settle = settle
    this.#inner = outer.withDeadline(clock.now() + limitMs)
    this.#timer = clock.schedule(limitMs, () => this.#expire())
  }

  start(next: Work<T>): void {
    this.#outer.scope.listen(this)
    this.#work = invoke(next, this.#inner)
    this.#work.then(
      (value) => {
        if (this.#end()) this.#settle.resolve(value)
      },
      (error) => {
        if (this.#end()) this.#settle.reject(error)
      },
    )
  }

  aborted(reason: unknown): void {
    this.#giveUp(reason)
  }

  #expire(): void {
    const { name, limitMs } = this.#policy
    const error = resilienceError(
      'ERR_TIMEOUT',
      `Cannot finish "${name}": must end within ${formatMs(limitMs)}, was still running`,
      { details: { name, limitMs } },
    )
    if (timeoutChannel.hasSubscribers) timeoutChannel.publish({ name, limitMs })
    this.#giveUp(error)
  }

  #giveUp(reason: unknown): void {
    if (!this.#end()) return
    if (this.#work !== undefined) this.#outer.abandon(this.#work)
    this.#inner.scope.abort(reason)
    this.#settle.reject(reason)
  }

  /** True for the first of several ends. */
  #end(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#timer.cancel()
    this.#outer.scope.unlisten(this)
    this.#inner.scope.close()
    return true
  }
}
