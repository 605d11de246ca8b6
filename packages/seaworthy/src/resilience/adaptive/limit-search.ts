import type { Random, Runtime } from 'seaworthy/core'
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
  readonly #random: Random
  readonly #window: SampleWindow
  #rules: LimitRules
  #state: LimitState

  constructor({ rules, window, initial }: LimitSearchOptions, { clock, random }: Runtime) {
    this.#random = random
    this.#rules = rules
    this.#window = new SampleWindow(window, clock.now())
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

  /** Notes a call that was served and ends now. `inFlight` counts it. True when the limit may be another one. */
  served(startedMs: number, nowMs: number, inFlight: number): boolean {
    return this.#window.served(startedMs, nowMs, inFlight) && this.#advance(nowMs)
  }

  /** The same for a call that was dropped. */
  dropped(startedMs: number, nowMs: number, inFlight: number): boolean {
    return this.#window.dropped(startedMs, nowMs, inFlight) && this.#advance(nowMs)
  }

  #advance(nowMs: number): true {
    const step = { sample: this.#window.close(nowMs), rules: this.#rules, chance: this.#random.next() }
    this.#state = nextLimitState(this.#state, step)
    return true
  }
}
