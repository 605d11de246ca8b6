import {
  callable,
  defineOptions,
  duration,
  errorCode,
  integer,
  optional,
  retryChannel,
  text,
  type Duration,
  type Resolved,
  type Runtime,
  type Timer,
} from 'seaworthy/core'
import { decorrelatedDelayMs } from './backoff.ts'
import type { CallContext } from '../engine/call-context.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { Flight } from '../engine/flight.ts'
import type { Policy } from '../engine/policy.ts'
import { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { retryAfterOf } from './retry-after.ts'

export interface RetryOptions {
  /** For messages and metrics. Default `retry`. */
  readonly name?: string
  /** Attempts in all, the first included, from 1 to 100. Default 3. */
  readonly attempts?: number
  /** The shortest delay between attempts. Default 100 ms. */
  readonly baseDelay?: Duration
  /** The longest delay between attempts, unless the failure asks for more. Default 10 s. */
  readonly maxDelay?: Duration
  /**
   * The longest delay that a failure can ask for by its `retryAfterMs`: more is cut to this. When our own circuit breaker
   * stays open longer, there is no further attempt. Default 30 s.
   */
  readonly retryAfterMax?: Duration
  /** When this time would be over before the next attempt, there is none. Default: no limit of its own. */
  readonly maxDuration?: Duration
  /**
   * Whether an error is worth another attempt. Default: every error but a refusal of our own bulkhead. It is not asked
   * when the call was aborted: that ends all attempts.
   */
  readonly retryIf?: (error: unknown, context: CallContext) => boolean
}

export const retryDefaults = {
  name: 'retry',
  attempts: 3,
  baseDelay: '100ms',
  maxDelay: '10s',
  retryAfterMax: '30s',
  retryIf: (error: unknown) => !isOwnLimit(errorCode(error)),
} as const

const retryFields = {
  name: text(),
  attempts: integer(1, 100),
  baseDelay: duration(0, '1h'),
  maxDelay: duration(0, '1d'),
  retryAfterMax: duration(0, '1d'),
  maxDuration: optional(duration('1ms', '7d')),
  retryIf: callable<(error: unknown, context: CallContext) => boolean>(),
}

const resolveRetryOptions = defineOptions('retry', retryDefaults, retryFields)

/**
 * Tries again after a failure, with a delay that grows by decorrelated jitter; a failure that carries `retryAfterMs` is
 * not tried again earlier than that. When the delay does not fit into what is left of the call's deadline, the last error is thrown at
 * once. An abort cuts the delay with its own reason and starts no further attempt.
 */
export function retry(options: RetryOptions = {}, runtime?: Partial<Runtime>): Policy {
  return new Retry(resolveRetryOptions(options, options.name), completeRuntime(runtime))
}

class Retry extends StagedPolicy {
  readonly kind = 'retry'
  readonly name: string
  readonly #options: Resolved<typeof retryFields>
  readonly #runtime: Runtime

  constructor(options: Resolved<typeof retryFields>, runtime: Runtime) {
    super()
    this.name = options.name
    this.#options = options
    this.#runtime = runtime
  }

  stage(): Stage {
    return new RetryStage(this.#options, this.#runtime)
  }

  describe(): Readonly<Record<string, unknown>> {
    const { name, attempts, baseDelay, maxDelay, retryAfterMax, maxDuration } = this.#options
    return {
      kind: this.kind,
      name,
      attempts,
      baseDelayMs: baseDelay,
      maxDelayMs: maxDelay,
      retryAfterMaxMs: retryAfterMax,
      ...(maxDuration !== undefined && { maxDurationMs: maxDuration }),
    }
  }
}

/** What is remembered of a call from its first failure on. */
interface Retrying {
  attempts: number
  delayMs: number
  timer: Timer | undefined
  readonly endsAt: number
}

class RetryStage extends Stage {
  override readonly goesOn = true
  readonly #options: Resolved<typeof retryFields>
  readonly #runtime: Runtime

  constructor(options: Resolved<typeof retryFields>, runtime: Runtime) {
    super()
    this.#options = options
    this.#runtime = runtime
  }

  override failed(flight: Flight, error: unknown): unknown {
    const { clock } = this.#runtime
    const retrying = (flight.frames[this.index] as Retrying | undefined) ?? this.#begin(flight)
    flight.frames[this.index] = undefined
    const { attempts } = retrying
    if (attempts >= this.#options.attempts || !this.#options.retryIf(error, flight)) {
      return this.outerOnFailure.failed(flight, error)
    }
    retrying.delayMs = this.#nextDelayMs(retrying.delayMs)
    const waitMs = this.#waitMs(error, retrying.delayMs)
    if (clock.now() + waitMs >= retrying.endsAt) return this.outerOnFailure.failed(flight, error)
    if (retryChannel.hasSubscribers) {
      retryChannel.publish({ name: this.#options.name, attempt: attempts, delayMs: waitMs, error })
    }
    retrying.attempts++
    flight.frames[this.index] = retrying
    retrying.timer = clock.schedule(waitMs, () => flight.retry(this))
    return flight.park(this)
  }

  override abandoned(flight: Flight): void {
    const retrying = flight.frames[this.index] as Retrying | undefined
    retrying?.timer?.cancel()
  }

  #begin(flight: Flight): Retrying {
    const deadlineMs = flight.deadlineMs ?? Infinity
    const { maxDuration, baseDelay } = this.#options
    const endsAt =
      maxDuration === undefined ? deadlineMs : Math.min(deadlineMs, this.#runtime.clock.now() + maxDuration)
    return { attempts: 1, delayMs: baseDelay, timer: undefined, endsAt }
  }

  #nextDelayMs(previousMs: number): number {
    const { baseDelay, maxDelay } = this.#options
    return decorrelatedDelayMs(previousMs, { baseMs: baseDelay, maxMs: maxDelay }, this.#runtime.random)
  }

  #waitMs(error: unknown, delayMs: number): number {
    const asked = retryAfterOf(error)
    if (asked === undefined) return delayMs
    const { retryAfterMax } = this.#options
    // Waiting only a part of what our own breaker asks for ends in a certain refusal.
    if (asked > retryAfterMax && errorCode(error) === 'ERR_CIRCUIT_OPEN') return Infinity
    return Math.max(delayMs, Math.min(asked, retryAfterMax))
  }
}

function isOwnLimit(code: string | undefined): boolean {
  return code === 'ERR_BULKHEAD_FULL' || code === 'ERR_QUEUE_TIMEOUT'
}
