import type { Runtime } from 'seaworthy/core'
import type { CallContext, Work } from '../engine/call-context.ts'
import { CallerScope } from '../engine/caller-scope.ts'
import { wrongUse } from '../engine/check-call.ts'
import { completeRuntime } from '../engine/complete-runtime.ts'
import { givenName } from '../engine/given-options.ts'
import { pipeline, type Pipeline } from '../engine/pipeline.ts'
import type { Policy } from '../engine/policy.ts'
import { scopeOf } from '../engine/scope-of.ts'
import { HedgePlan } from './hedge-plan.ts'
import { resolveHedgeOptions, type HedgeOptions } from './hedge-options.ts'
import { HedgedCall } from './hedged-call.ts'

export interface HedgeSnapshot {
  readonly name: string
  /** How long an attempt may go unanswered at present; undefined while too few latencies were seen. */
  readonly delayMs: number | undefined
  /** Latencies that the delay stands on; 0 for a fixed one. */
  readonly samples: number
  /** Further attempts that were started since the start. */
  readonly started: number
  /** Further attempts that answered first. */
  readonly won: number
  /** Further attempts that the budget did not pay for. */
  readonly refused: number
}

/** A hedge, with what operators see of it. */
export interface Hedge extends Policy {
  snapshot(): HedgeSnapshot
}

/**
 * Starts a further attempt when the ones before have not answered for some time; the first success is the answer. The
 * others are aborted with an ERR_HEDGE_LOST error as the reason of their signals; that of the attempt that answered
 * never is. What they still give is discarded. When all attempts fail, the call fails with the error of the first, as
 * without hedging. An attempt that fails is not replaced: that is for a retry around the hedge. For policies around
 * it, it is one call.
 *
 * **Only for work that may be done twice, also at the same time**: reads, and writes that are idempotent. Put
 * breaker, bulkhead and attempt timeout inside, so that each attempt counts, and give it a budget, so that a
 * dependency that has become slow as a whole does not get a multiple of the load.
 *
 * Source: J. Dean and L. A. Barroso, "The Tail at Scale", CACM 56 (2), 2013.
 *
 * @throws SeaworthyError ERR_INVALID_OPTION
 */
export function hedge(options: HedgeOptions = {}, runtime?: Partial<Runtime>): Hedge {
  return new HedgePolicy(
    new HedgePlan(resolveHedgeOptions(options, givenName(options)), completeRuntime(runtime).clock),
  )
}

class HedgePolicy implements Hedge {
  readonly kind = 'hedge'
  readonly name: string
  readonly #plan: HedgePlan
  #alone: Pipeline | undefined

  constructor(plan: HedgePlan) {
    this.name = plan.options.name
    this.#plan = plan
  }

  execute<T>(next: Work<T>, context: CallContext): Promise<T> {
    const wrong = wrongUse(next, context)
    if (wrong !== undefined) return Promise.reject(wrong)
    const around = scopeOf(context)
    if (around instanceof CallerScope) {
      this.#alone ??= pipeline([this])
      return this.#alone.execute(next, around.order.options)
    }
    if (around.isAborted) return Promise.reject(around.reason)
    return new HedgedCall(this.#plan, next, around).start()
  }

  snapshot(): HedgeSnapshot {
    const { delay, clock, started, won, refused } = this.#plan
    const nowMs = clock.now()
    const [delayMs, samples] = [delay.delayMs(nowMs), delay.samples(nowMs)]
    return Object.freeze({ name: this.name, delayMs, samples, started, won, refused })
  }

  describe(): Readonly<Record<string, unknown>> {
    const { name, max, budget } = this.#plan.options
    return {
      kind: this.kind,
      name,
      max,
      ...this.#plan.delay.description,
      ...(budget !== undefined && { budget: budget.describe() }),
    }
  }
}
