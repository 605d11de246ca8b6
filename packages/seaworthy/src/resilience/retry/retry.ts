import type { Runtime } from 'seaworthy/core'
import { completeRuntime } from '../engine/complete-runtime.ts'
import type { Policy } from '../engine/policy.ts'
import type { Stage } from '../engine/stage.ts'
import { StagedPolicy } from '../engine/staged-policy.ts'
import { resolveRetryOptions, type RetryOptions } from './retry-options.ts'
import { RetryPlan } from './retry-plan.ts'
import { retryStage } from './retry-stage.ts'

/**
 * Tries again after a failure, with a delay that grows by decorrelated jitter or as told; a failure that carries
 * `retryAfterMs`, or the headers of an HTTP answer with `Retry-After`, is not tried again earlier than that. When the
 * delay does not fit into what is left of the call's deadline, or the budget is exhausted, the last error is thrown
 * at once. An abort cuts the delay with its own reason and starts no further attempt.
 *
 * Only for work that may be done twice. Retries inside retries multiply, unless they share a budget.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function retry(options: RetryOptions = {}, runtime?: Partial<Runtime>): Policy {
  return new Retry(new RetryPlan(resolveRetryOptions(options), completeRuntime(runtime)))
}

class Retry extends StagedPolicy {
  readonly kind = 'retry'
  readonly name: string
  readonly #plan: RetryPlan

  constructor(plan: RetryPlan) {
    super()
    this.name = plan.options.name
    this.#plan = plan
  }

  stage(): Stage {
    return retryStage(this.#plan)
  }

  describe(): Readonly<Record<string, unknown>> {
    const { options, backoff } = this.#plan
    const { name, attempts, baseDelay, maxDelay, retryAfterMax, maxDuration, retryIfResult, budget } = options
    return {
      kind: this.kind,
      name,
      attempts,
      backoff: backoff.description,
      baseDelayMs: baseDelay,
      maxDelayMs: maxDelay,
      retryAfterMaxMs: retryAfterMax,
      ...(maxDuration !== undefined && { maxDurationMs: maxDuration }),
      ...(retryIfResult !== undefined && { refusedResult: options.refusedResult }),
      ...(budget !== undefined && { budget: budget.describe() }),
    }
  }
}
