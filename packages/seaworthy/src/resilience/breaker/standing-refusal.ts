import { refusalChannel, type CoarseClock, type Moment } from 'seaworthy/core'
import type { CallOutcome } from '../engine/call-outcome.ts'
import { publishRefusal, refusalError } from './breaker-refusal.ts'
import type { BreakerStatus } from './breaker-state.ts'

/** Of the number of calls: at every 64th the clock is read although it has not been seen to go on, as a loop may let no timer run. */
const unreadMask = 63

/** The state that refuses, and what it says. */
interface Standing {
  readonly name: string
  readonly status: BreakerStatus
  readonly note: string | undefined
  /** How long a breaker that an operator opened asks its callers to wait, in milliseconds. */
  readonly forcedForMs: number
  readonly coarse: CoarseClock
}

/**
 * What calls that only want an outcome are told while a breaker stays open. Those that come in the same tick of a copied
 * clock share one outcome, and one promise of it.
 */
export class StandingRefusal {
  /** Calls that were told so. */
  refused = 0
  readonly #standing: Standing
  readonly #coarse: CoarseClock
  readonly #untilMs: number
  /** The copy of the time at which it was last found to stand. */
  #seen: Moment | undefined
  /** What was told then. */
  #told: Promise<CallOutcome<never>> | undefined

  constructor(standing: Standing) {
    const { status } = standing
    this.#standing = standing
    this.#coarse = standing.coarse
    this.#untilMs = status.kind === 'open' ? status.untilMs : Infinity
  }

  /** Tells one more call; undefined when the time is over. */
  tell(): Promise<CallOutcome<never>> | undefined {
    // A clock that goes back to exact reads has renewed its copy before, so the same copy means that there is one.
    const isSeen = this.#coarse.moment === this.#seen && (this.refused & unreadMask) !== 0
    if (!isSeen && !this.stands()) return undefined
    this.refused++
    if (refusalChannel.hasSubscribers) publishRefusal(this.#standing.name, this.#retryAfterMs())
    return (this.#told ??= this.#outcome())
  }

  /** Whether the time is not over. */
  stands(): boolean {
    const coarse = this.#coarse
    if (coarse.now() >= this.#untilMs) return false
    if (!coarse.isCopy || coarse.moment !== this.#seen) this.#told = undefined
    this.#seen = coarse.isCopy ? coarse.moment : undefined
    return true
  }

  /** How many calls were told so, once. */
  take(): number {
    const { refused } = this
    this.refused = 0
    return refused
  }

  #outcome(): Promise<CallOutcome<never>> {
    const { name, status, note } = this.#standing
    const retryAfterMs = this.#retryAfterMs()
    const error = refusalError({ name, state: status.kind, note, retryAfterMs })
    return Promise.resolve(Object.freeze({ ok: false, error, retryAfterMs }))
  }

  #retryAfterMs(): number {
    if (this.#untilMs === Infinity) return this.#standing.forcedForMs
    return Math.max(0, Math.ceil(this.#untilMs - this.#coarse.now()))
  }
}
