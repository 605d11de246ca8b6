import {
  coarseClockOf,
  refusalChannel,
  type CoarseClock,
  type Random,
  type Runtime,
  type SeaworthyError,
} from 'seaworthy/core'
import { LoadClassifier } from '../adaptive/load-classifier.ts'
import type { LoadOutcome } from '../adaptive/load-outcome.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { entered } from '../engine/entered.ts'
import type { Policy } from '../engine/policy.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { resilienceError } from '../resilience-errors.ts'
import { AcceptWindow } from './accept-window.ts'
import {
  resolveClientThrottleOptions,
  type ClientThrottleOptions,
  type ResolvedClientThrottle,
} from './client-throttle-options.ts'
import { ThrottleStage, type StagedThrottle } from './client-throttle-stage.ts'
import { throttleShare } from './throttle-share.ts'

export interface ClientThrottleSnapshot {
  readonly name: string
  /** Calls in the window: those held back and those that ended, except for calls given up by their caller. */
  readonly requests: number
  /** Of them, those that the other side accepted. */
  readonly accepts: number
  /** The share that is held back now, from 0 to 1. */
  readonly share: number
  /** Calls held back since the start. */
  readonly refused: number
}

/** Holds calls back that the other side would most likely refuse. */
export interface ClientThrottle extends Policy {
  readonly kind: 'client-throttle'
  /** Whether a call may be sent now, by chance where only a part may. It is counted as refused if not. */
  admits(): boolean
  /** Takes note of a call that was made elsewhere. */
  record(outcome: LoadOutcome): void
  snapshot(): ClientThrottleSnapshot
}

/** Where a client throttle is entered by name. */
export interface ClientThrottleRegistrar {
  readonly clientThrottles: { add(throttle: ClientThrottle): void }
}

/**
 * Spares a service that refuses much: once it accepts less than half of the calls, as many are held back as keep what is
 * sent at twice what was accepted of late. Calls are counted when they end, so that many slow ones at once are not taken
 * for refused ones. While all is well it costs no look at a clock to enter.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function clientThrottle(
  options: ClientThrottleOptions,
  runtime?: Partial<Runtime>,
  registry?: ClientThrottleRegistrar,
): ClientThrottle {
  const made = new WindowThrottle(resolveClientThrottleOptions(options), completeRuntime(runtime))
  return entered(made, registry, 'clientThrottles')
}

class WindowThrottle extends StagedPolicy implements ClientThrottle, StagedThrottle {
  readonly kind = 'client-throttle'
  readonly name: string
  readonly classifier: LoadClassifier
  readonly #options: ResolvedClientThrottle
  readonly #clock: CoarseClock
  readonly #random: Random
  readonly #window: AcceptWindow
  #refused = 0

  constructor(options: ResolvedClientThrottle, { clock, random }: Runtime) {
    super()
    this.name = options.name
    this.classifier = new LoadClassifier(options)
    this.#options = options
    this.#clock = coarseClockOf(clock)
    this.#random = random
    this.#window = new AcceptWindow(options.window, clock.now())
  }

  get isExpendable(): boolean {
    return true
  }

  stage(): Stage {
    return new ThrottleStage(this)
  }

  get isIdle(): boolean {
    this.#window.expire(this.#clock.now())
    return this.#window.requests === 0
  }

  admits(): boolean {
    return this.refusal() === undefined
  }

  record(outcome: LoadOutcome): void {
    if (outcome !== 'ignored') this.#window.add(outcome !== 'overloaded', this.#clock.now())
  }

  refusal(): SeaworthyError | undefined {
    if (throttleShare(this.#window, this.#options) === 0) return undefined
    const nowMs = this.#clock.now()
    this.#window.expire(nowMs)
    const share = throttleShare(this.#window, this.#options)
    if (share === 0 || this.#random.next() >= share) return undefined
    this.#window.add(false, nowMs)
    return this.#refuse(share)
  }

  snapshot(): ClientThrottleSnapshot {
    this.#window.expire(this.#clock.now())
    const { requests, accepts } = this.#window
    const share = throttleShare(this.#window, this.#options)
    return Object.freeze({ name: this.name, requests, accepts, share, refused: this.#refused })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { name, multiplier, window, callsMin, shareMax } = this.#options
    return { kind: this.kind, name, multiplier, windowMs: window, callsMin, shareMax }
  }

  #refuse(share: number): SeaworthyError {
    this.#refused++
    const { name, retryAfter: retryAfterMs } = this.#options
    if (refusalChannel.hasSubscribers) {
      refusalChannel.publish({ name, reason: 'client-throttled', retryAfterMs })
    }
    const percent = Math.round(share * 100)
    return resilienceError(
      'ERR_CLIENT_THROTTLED',
      `Cannot call "${name}": it must accept more of the calls, ${percent} % are held back`,
      { details: { name, share }, retryAfterMs },
    )
  }
}
