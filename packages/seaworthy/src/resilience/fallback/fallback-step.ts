import type { Clock } from 'seaworthy/core'

/** A value and the moment for which it holds. */
export interface DatedValue<Value> {
  readonly value: Value
  readonly asOf: Date
  /** Milliseconds since then, 0 for a value made now. */
  readonly ageMs: number
}

/** What a fallback is told beside the arguments of the call. */
export interface FallbackContext {
  /** Why the live call failed. */
  readonly error: unknown
  /** Aborted when nobody waits for this fallback any more: its time is over, or the call was given up. */
  readonly signal: AbortSignal
}

/** A running fallback: what one chain made of a step. */
export interface FallbackSource<Args extends readonly unknown[], Value> {
  /** A value for the arguments; undefined when it has none. A value of undefined is one: `{ value: undefined, … }`. */
  find(
    args: Args,
    failure: FallbackContext,
  ): DatedValue<Value> | undefined | PromiseLike<DatedValue<Value> | undefined>
  /** Is shown each live value. */
  remember?(args: Args, value: unknown): void
  /** Says that it runs no code of whoever made the step, so that it need not run in the async context of the call. */
  readonly isInert?: boolean
}

/**
 * One way to answer when the live call fails. It is a recipe: each chain starts its own source from it, so that a step
 * can be declared once and used by several dependencies.
 */
export interface FallbackStep<Args extends readonly unknown[], Value, Source extends string> {
  /** The name that an answer from it carries. */
  readonly source: Source
  readonly start: (clock: Clock) => FallbackSource<Args, Value>
  /** How long it may take, in milliseconds, before the next step is asked. Without: as long as the call may. */
  readonly timeoutMs?: number | undefined
}

/** Any step, to infer from. */
export type AnyFallbackStep = FallbackStep<never, unknown, string>

/** Arguments that begin as `Args` do: a step that looks at fewer arguments than the call has fits as well. */
export type AtLeast<Args extends readonly unknown[]> = readonly [...Args, ...unknown[]]

type TakesArgs<Step> = Step extends FallbackStep<infer Args, unknown, string> ? (args: Args) => void : never
type ValueOf<Step> = Step extends FallbackStep<never, infer Value, string> ? Value : never

/** The arguments that all steps accept. */
export type FallbackArgs<Steps extends readonly AnyFallbackStep[]> = [Steps[number]] extends [never]
  ? readonly unknown[]
  : TakesArgs<Steps[number]> extends (args: infer Args) => void
    ? Extract<Args, readonly unknown[]>
    : never

/** The values that the steps add. */
export type FallbackValue<Steps extends readonly AnyFallbackStep[]> = ValueOf<Steps[number]>

/** The names of the steps. */
export type FallbackSourceName<Steps extends readonly AnyFallbackStep[]> = Steps[number]['source']
