import {
  callable,
  defineOptions,
  duration,
  integer,
  matching,
  text,
  type Duration,
  type Resolved,
} from 'seaworthy/core'
import { budgetField } from '../budget/budget-field.ts'
import type { RetryBudget } from '../budget/retry-budget.ts'
import type { HedgeQuantile } from './hedge-delay.ts'
import { disposeResult, type Discard } from '../retry/discard.ts'

export interface HedgeOptions {
  /** For messages and metrics. Default `hedge`. */
  readonly name?: string
  /**
   * How long an attempt may go unanswered before a further one starts, up to an hour; 0 starts all at once. Or a
   * quantile of how long first attempts lately took: then nothing is hedged before there are enough of them. Default
   * the 0.95 quantile.
   */
  readonly delay?: Duration | HedgeQuantile
  /** Further attempts at most, from 1 to 5. Default 1. */
  readonly max?: number
  /** What pays for further attempts; share it with the retries of the same dependency. Default: none. */
  readonly budget?: RetryBudget
  /**
   * Frees a result that nobody gets to see, because another attempt was faster or the call was given up. Default:
   * disposes what is disposable and cancels the body of a response. Its own failure is reported as a process warning.
   */
  readonly discard?: Discard
}

export const hedgeDefaults = {
  name: 'hedge',
  delay: { quantile: 0.95 },
  max: 1,
  discard: disposeResult,
} as const

const fixedDelay = duration(0, '1h')

const hedgeFields = {
  name: text(),
  delay: matching<Duration | HedgeQuantile>(
    `${fixedDelay.allowed}, or an object with a quantile`,
    (value): value is Duration | HedgeQuantile =>
      isObject(value) || typeof fixedDelay.read(value) === 'number',
  ),
  max: integer(1, 5),
  budget: budgetField,
  discard: callable<Discard>(),
}

export type ResolvedHedgeOptions = Resolved<typeof hedgeFields>

export const resolveHedgeOptions = defineOptions('hedge', hedgeDefaults, hedgeFields)

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
