import type { CallContext, Work } from './call-context.ts'

/** One way to guard work. Policies are combined by {@link pipeline}, or used alone with {@link callContext}. */
export interface Policy {
  /** What it does: `retry`, `circuit-breaker`, `timeout`, `bulkhead`, `fault-switch`. */
  readonly kind: string
  /** Which one it is, for messages, logs and metrics. */
  readonly name: string
  /**
   * Runs what is inside it, none, one or several times. An own policy passes the context on as it is, settles through the
   * promise and does not throw.
   */
  execute<T>(next: Work<T>, context: CallContext): Promise<T>
  /** Whether it has nothing to remember, so that a new one would do as well. Policies without it never have. */
  readonly isIdle?: boolean
  /**
   * Whether it may be forgotten, when there is no place for another, although it is not idle: what it remembers would be found
   * out again. Policies without it may not.
   */
  readonly isExpendable?: boolean
  /** The resolved options, as plain data. */
  describe(): Readonly<Record<string, unknown>>
}
