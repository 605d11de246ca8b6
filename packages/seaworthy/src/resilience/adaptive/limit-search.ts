import type { Runtime } from 'seaworthy/core'
import { initialLimitState, nextLimitState, type LimitRules, type LimitState } from './limit-state.ts'
import { SampleWindow, type SampleWindowRules } from './sample-window.ts'

export interface LimitSearchOptions {
  readonly rules: LimitRules
  readonly window: SampleWindowRules
  /** The limit to begin with. */
  readonly initial: number
}

/** Looks for the number of calls at once that the other side bears, from how calls end. */
export class LimitSearch {
  readonly #runtime: Runtime
  readonly #window: SampleWindow
  #rules: LimitRules
  #state: LimitState

  constructor({ rules, window, initial }: LimitSearchOptions, runtime: Runtime) {
    this.#runtime = runtime
    this.#rules = rules
    this.#window = new SampleWindow(window, runtime.clock.now())
    this.#state = initialLimitState(initial)
  }

  get state(): LimitState {
    return this.#state
  }

  /** The whole number of calls that may be under way. */
  get limit(): number {
    return Math.floor(this.#state.limit)
  }

  /** Goes on by other rules. */
  setRules(rules: LimitRules): void {
    const { limit } = this.#state
    this.#rules = rules
    this.#state = { ...this.#state, limit: Math.min(rules.max, Math.max(rules.min, limit)) }
  }

  /**
   * Notes a call that ended.
   *
   * @param inFlight calls under way, this one included
   */
  ended(
    call: { readonly startedMs: number; readonly isDropped: boolean },
    inFlight: number,
    nowMs: number,
  ): void {
    const sample = this.#window.add(call, inFlight, nowMs)
    if (sample === undefined) return
    const chance = this.#runtime.random.next()
    this.#state = nextLimitState(this.#state, { sample, rules: this.#rules, chance })
  }
}
