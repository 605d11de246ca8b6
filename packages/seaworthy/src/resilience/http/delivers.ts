import type { Policy } from '../engine/policy.ts'
import type { Answer } from '../fallback/answer.ts'
import type { GuardedResult } from '../fallback/guarded-result.ts'

/** A value without what fallbacks say about it. */
type Plain<Result> = Result extends Answer<infer Value> ? Plain<Value> : Result

/** Is `never` when a fallback among the policies answers with something other than the live value. */
export type Delivers<Live, Policies extends readonly Policy[]> = [
  Plain<GuardedResult<Live, Policies>>,
] extends [Live]
  ? unknown
  : never

/** Is `never` when there is a fallback among the policies. */
export type HasNoFallback<Policies extends readonly Policy[]> = [GuardedResult<'live', Policies>] extends [
  'live',
]
  ? unknown
  : never
