import type { Clock } from 'seaworthy/core'

/** A value and the moment for which it holds. */
export interface DatedValue<Value> {
  readonly value: Value
  readonly asOf: Date
  /** Milliseconds since then, 0 for a value made now. */
  readonly ageMs: number
}

/** A running fallback: what one chain made of a step. */
export interface FallbackSource<Args extends readonly unknown[], Value> {
  /** A value for the arguments; undefined when it has none. */
  find(args: Args): DatedValue<Value> | undefined | Promise<DatedValue<Value> | undefined>
  /** Is shown each live value. */
  remember?(args: Args, value: unknown): void
}

/**
 * One way to answer when the live call fails. It is a recipe: each chain starts its own source from it, so that a step
 * can be declared once and used by several dependencies.
 */
export interface FallbackStep<Args extends readonly unknown[], Value, Source extends string> {
  /** The name that an answer from it carries. */
  readonly source: Source
  readonly start: (clock: Clock) => FallbackSource<Args, Value>
}

/** Arguments that begin as `Args` do: a step that looks at fewer arguments than the call has fits as well. */
export type AtLeast<Args extends readonly unknown[]> = readonly [...Args, ...unknown[]]
