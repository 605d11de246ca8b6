import {
  askForeign,
  defineOptions,
  integer,
  number,
  refusalChannel,
  text,
  type Clock,
  type Resolved,
  type Runtime,
} from 'seaworthy/core'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { givenName } from '../engine/given-options.ts'

export interface RetryBudgetOptions {
  /** For messages and metrics. Default `retry-budget`. */
  readonly name?: string
  /** Further attempts that one successful call pays for, from 0 to 1. Default 0.2: a fifth of what succeeds. */
  readonly share?: number
  /** Further attempts per second that are paid for whatever succeeds, from 0.01 to 10,000. Default 10. */
  readonly minimumPerSecond?: number
  /** Further attempts that can be saved up, and what it starts with, from 1 to 100,000. Default 100. */
  readonly capacity?: number
}

export const retryBudgetDefaults = {
  name: 'retry-budget',
  share: 0.2,
  minimumPerSecond: 10,
  capacity: 100,
} as const

const retryBudgetFields = {
  name: text(),
  share: number(0, 1),
  minimumPerSecond: number(0.01, 10_000),
  capacity: integer(1, 100_000),
}

const resolveRetryBudgetOptions = defineOptions('retry budget', retryBudgetDefaults, retryBudgetFields)

export interface RetryBudgetSnapshot {
  readonly name: string
  /** Further attempts that could be made now. */
  readonly balance: number
  readonly capacity: number
  /** Further attempts paid for since the start. */
  readonly granted: number
  /** Further attempts that there was nothing left for since the start. */
  readonly refused: number
}

/** What retries and hedges may spend on further attempts. Share one among all that call the same dependency. */
export interface RetryBudget {
  readonly name: string
  /** Notes that a call succeeded. A call that goes through two policies with this budget counts for each. */
  deposit(): void
  /** Pays for one further attempt. False when there is not enough: then none may be made. */
  withdraw(): boolean
  /** Gives back what was paid for an attempt that was never made. */
  refund(): void
  /** How often {@link giveUpOn} was called: the moment that {@link hasGivenUpOn} takes. */
  readonly giveUps: number
  /** Notes that the attempts at something, or the budget, ended with this error. */
  giveUpOn(error: unknown): void
  /**
   * Whether attempts that draw on this budget ended with this error, or with one that caused it. Whoever would repeat
   * them as a whole leaves it be, so that nested retries do not multiply.
   *
   * @param since only what was noted after this number of `giveUps`; default: whenever
   */
  hasGivenUpOn(error: unknown, since?: number): boolean
  snapshot(): RetryBudgetSnapshot
  /** The resolved options, as plain data. */
  describe(): Readonly<Record<string, unknown>>
}

/**
 * Makes a budget for further attempts: a token bucket to which successes add a share, time adds a minimum, and from
 * which each further attempt of a retry or a hedge takes one. However many calls fail at once, there are never more
 * further attempts than `capacity + share * successes + minimumPerSecond * seconds`: a dependency that is down gets
 * the minimum, not a multiple of the load.
 *
 * A success costs one addition and no look at the clock; nothing is kept per call and no timer runs.
 *
 * Source: "Throttling Retry Attempts and Hedged RPCs" in gRPC proposal A6, for deposits by success into a capped
 * bucket; Finagle's `RetryBudget`, for the minimum per second.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function retryBudget(options: RetryBudgetOptions = {}, runtime?: Partial<Runtime>): RetryBudget {
  return new TokenBudget(
    resolveRetryBudgetOptions(options, givenName(options)),
    completeRuntime(runtime).clock,
  )
}

/** What a token may lack because ten times 0.2 is less than 2. */
const roundingMax = 1e-6

/** How many causes behind an error are looked at. */
const causesMax = 8

class TokenBudget implements RetryBudget {
  readonly name: string
  readonly #options: Resolved<typeof retryBudgetFields>
  readonly #clock: Clock
  #balance: number
  #refilledAt: number
  #granted = 0
  #refused = 0
  #giveUps = 0
  readonly #givenUp = new WeakMap<object, number>()

  constructor(options: Resolved<typeof retryBudgetFields>, clock: Clock) {
    this.name = options.name
    this.#options = options
    this.#clock = clock
    this.#balance = options.capacity
    this.#refilledAt = clock.now()
  }

  deposit(): void {
    this.#add(this.#options.share)
  }

  withdraw(): boolean {
    this.#refill()
    if (this.#balance < 1 - roundingMax) {
      this.#refused++
      this.#publishRefusal()
      return false
    }
    this.#balance -= 1
    this.#granted++
    return true
  }

  refund(): void {
    this.#add(1)
    this.#granted--
  }

  get giveUps(): number {
    return this.#giveUps
  }

  giveUpOn(error: unknown): void {
    this.#giveUps++
    if (isObject(error)) this.#givenUp.set(error, this.#giveUps)
  }

  hasGivenUpOn(error: unknown, since = 0): boolean {
    let link = error
    for (let depth = 0; depth <= causesMax && isObject(link); depth++) {
      if ((this.#givenUp.get(link) ?? 0) > since) return true
      const of = link
      link = askForeign(() => ('cause' in of ? of.cause : undefined))
    }
    return false
  }

  snapshot(): RetryBudgetSnapshot {
    this.#refill()
    return Object.freeze({
      name: this.name,
      balance: Math.floor(this.#balance + roundingMax),
      capacity: this.#options.capacity,
      granted: this.#granted,
      refused: this.#refused,
    })
  }

  describe(): Readonly<Record<string, unknown>> {
    return { kind: 'retry-budget', ...this.#options }
  }

  /** Between two withdrawals the order of additions makes no difference, so time is only added here. */
  #refill(): void {
    const nowMs = this.#clock.now()
    this.#add(((nowMs - this.#refilledAt) / 1000) * this.#options.minimumPerSecond)
    this.#refilledAt = nowMs
  }

  #add(tokens: number): void {
    this.#balance = Math.min(this.#options.capacity, this.#balance + tokens)
  }

  #publishRefusal(): void {
    const missing = 1 - this.#balance
    const retryAfterMs = Math.ceil((missing / this.#options.minimumPerSecond) * 1000)
    refusalChannel.publish({ name: this.name, reason: 'retry-budget-exhausted', retryAfterMs })
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
