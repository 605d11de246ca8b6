import type { Policy } from '../engine/policy.ts'
import type { Answer } from './answer.ts'
import type { FallbackPolicy } from './fallback.ts'

/**
 * What a pipeline of these policies, outermost first, answers with when its work answers with `T`: the same, or, where one
 * of them is a fallback, an {@link Answer} with the values and the sources that it adds.
 */
export type GuardedResult<T, Policies extends readonly Policy[]> = Policies extends readonly [
  ...infer Outer extends readonly Policy[],
  infer Innermost,
]
  ? GuardedResult<
      Innermost extends FallbackPolicy<never, infer Value, infer Source> ? Answer<T | Value, Source> : T,
      Outer
    >
  : T

type TakesArgs<Guard> =
  Guard extends FallbackPolicy<infer Args, unknown, string> ? (args: Args) => void : never

/** The arguments that the fallbacks among these policies take; any when there are none. */
export type GuardedArgs<Policies extends readonly Policy[]> = [TakesArgs<Policies[number]>] extends [never]
  ? readonly unknown[]
  : TakesArgs<Policies[number]> extends (args: infer Args) => void
    ? Extract<Args, readonly unknown[]>
    : never
