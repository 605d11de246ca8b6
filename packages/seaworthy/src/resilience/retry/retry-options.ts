import {
  callable,
  defineOptions,
  duration,
  errorCode,
  formatMs,
  integer,
  matching,
  oneOf,
  optional,
  showValue,
  text,
  type Duration,
  type Resolved,
} from 'seaworthy/core'
import { budgetField } from '../budget/budget-field.ts'
import { givenName } from '../engine/given-options.ts'
import { optionConflict } from '../engine/option-conflict.ts'
import { backoffAllowed, isBackoff, type RetryBackoff } from './backoff.ts'
import type { RetryBudget } from '../budget/retry-budget.ts'
import { disposeResult, type Discard } from './discard.ts'
import type { CallContext } from '../engine/call-context.ts'
import type { ResilienceErrorCode } from '../resilience-errors.ts'

export interface RetryOptions {
  /** For messages and metrics. Default `retry`. */
  readonly name?: string
  /** Attempts in all, the first included, from 1 to 100. Default 3. */
  readonly attempts?: number
  /** How the delays between attempts grow. Default `decorrelated`. */
  readonly backoff?: RetryBackoff
  /** The shortest delay between attempts, where growth begins. Default 100 ms, or `maxDelay` where that is shorter. */
  readonly baseDelay?: Duration
  /** The longest delay between attempts, unless the failure or an own backoff asks for more. Default 10 s. */
  readonly maxDelay?: Duration
  /**
   * The longest delay that a failure can ask for by its `retryAfterMs` or its `Retry-After` header: more is cut to
   * this. When a refusal of our own, as that of a circuit breaker, stays for longer, there is no further attempt.
   * Default 30 s.
   */
  readonly retryAfterMax?: Duration
  /**
   * When this time would be over before the next attempt, there is none. It ends no attempt that is under way: one that hangs
   * is ended by a timeout around or inside the retry. Default: no limit of its own.
   */
  readonly maxDuration?: Duration
  /**
   * Whether an error is worth another attempt. Default: every error but the refusals by which we protect ourselves
   * (of a bulkhead, an adaptive limit, load shedding, throttling) and those that time does not change. It is not
   * asked when the call was aborted: that ends all attempts. What it throws ends the call.
   */
  readonly retryIf?: (error: unknown, context: CallContext) => boolean
  /**
   * Whether a result is refused, so that the attempt counts as failed. Default: none is. What it throws ends the
   * call.
   */
  readonly retryIfResult?: (result: unknown, context: CallContext) => boolean
  /**
   * What becomes of the result of the last attempt when it is refused: the call ends with it (`return`), or with an
   * error ERR_RESULT_REFUSED (`throw`). Default `return`.
   */
  readonly refusedResult?: 'return' | 'throw'
  /**
   * Frees a refused result that nobody gets to see, before the delay. Default: disposes what is disposable and
   * cancels the body of a response. Its own failure is reported as a process warning.
   */
  readonly discard?: Discard
  /**
   * What pays for further attempts; share it among the retries and hedges of one dependency. When it is exhausted the
   * call ends with the last failure. A retry around others with the same budget does not repeat what they have given
   * up on. Default: none.
   */
  readonly budget?: RetryBudget
}

/** Refusals of our own that further attempts would only repeat, or make worse. */
const lastingRefusals: ReadonlySet<string | undefined> = new Set<ResilienceErrorCode>([
  'ERR_BULKHEAD_FULL',
  'ERR_QUEUE_TIMEOUT',
  'ERR_CONCURRENCY_LIMIT',
  'ERR_LOAD_SHED',
  'ERR_CLIENT_THROTTLED',
  'ERR_RATE_COST',
])

export const retryDefaults = {
  name: 'retry',
  attempts: 3,
  backoff: 'decorrelated',
  baseDelay: '100ms',
  maxDelay: '10s',
  retryAfterMax: '30s',
  retryIf: (error: unknown) => !lastingRefusals.has(errorCode(error)),
  refusedResult: 'return',
  discard: disposeResult,
} as const

const retryFields = {
  name: text(),
  attempts: integer(1, 100),
  backoff: matching<RetryBackoff>(backoffAllowed, isBackoff),
  baseDelay: duration(0, '1h'),
  maxDelay: duration(0, '1d'),
  retryAfterMax: duration(0, '1d'),
  maxDuration: optional(duration('1ms', '7d')),
  retryIf: callable<(error: unknown, context: CallContext) => boolean>(),
  retryIfResult: optional(callable<(result: unknown, context: CallContext) => boolean>()),
  refusedResult: oneOf('return', 'throw'),
  discard: callable<Discard>(),
  budget: budgetField,
}

export type ResolvedRetryOptions = Resolved<typeof retryFields>

const resolve = defineOptions('retry', retryDefaults, retryFields)

/** @throws SeaworthyError ERR_INVALID_OPTION */
export function resolveRetryOptions(options: RetryOptions): ResolvedRetryOptions {
  const resolved = resolve(options, givenName(options))
  const { baseDelay, maxDelay, retryIfResult } = resolved
  if (baseDelay > maxDelay && options.baseDelay !== undefined) {
    const must = `be at most "maxDelay", ${formatMs(maxDelay)}`
    throw optionConflict('retry', givenName(options), {
      key: 'baseDelay',
      must,
      received: formatMs(baseDelay),
    })
  }
  const [idle] = (['refusedResult', 'discard'] as const).filter((key) => options[key] !== undefined)
  if (idle !== undefined && retryIfResult === undefined) {
    const must = 'stand beside "retryIfResult", without which no result is refused'
    throw optionConflict('retry', givenName(options), { key: idle, must, received: showValue(options[idle]) })
  }
  return Object.freeze({ ...resolved, baseDelay: Math.min(baseDelay, maxDelay) })
}
