import { callable, defineOptions, integer, optional, type Resolved } from 'seaworthy/core'

/** What the calls of a guarded function are told apart by. */
export interface GuardOptions<Args extends unknown[]> {
  /** What a call is about, from its arguments: for keyed policies, fairness and limits. Default: calls have no key. */
  readonly key?: (...args: Args) => string
  /** From 0, the first to be shed, to 9. Default 5. */
  readonly priority?: number
  /** How many units of a rate limit a call costs, from its arguments. Default 1. */
  readonly cost?: (...args: Args) => number
}

const guardFields = {
  key: optional(callable<(...args: never[]) => string>()),
  priority: optional(integer(0, 9)),
  cost: optional(callable<(...args: never[]) => number>()),
}

export type ResolvedGuardOptions = Resolved<typeof guardFields>

export const resolveGuardOptions = defineOptions('guard', {}, guardFields)
