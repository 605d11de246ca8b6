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
  /** The resolved options, as plain data. */
  describe(): Readonly<Record<string, unknown>>
}

/** Calls work so that it always answers with a promise, also when it throws or returns a plain value. */
export function invoke<T>(work: Work<T>, context: CallContext): Promise<T> {
  try {
    const result = work(context)
    return result instanceof Promise ? result : Promise.resolve(result)
  } catch (error) {
    return Promise.reject(error)
  }
}
