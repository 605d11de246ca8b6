/** What the work of one call gets to know. */
export interface CallContext {
  /** Aborted when the caller gives up or a timeout is over; the reason tells which. Never aborted after success. */
  readonly signal: AbortSignal
  /** Which attempt this is, from 1. */
  readonly attempt: number
  /** When the time is over, in milliseconds on the runtime's monotonic clock; undefined without a limit. */
  readonly deadlineMs?: number | undefined
}

/** Work that policies guard. It answers with a promise; a plain value counts as success, a throw as failure. */
export type Work<T> = (context: CallContext) => Promise<T>

/** One call's own wishes. Those of a wrong kind are refused with ERR_INVALID_OPTION; other keys are not looked at. */
export interface ExecuteOptions {
  /** The caller's signal. Its abort rejects at once with its own reason. */
  readonly signal?: AbortSignal | undefined
  /** What the call is about, as a host or a tenant: tells calls apart for keyed policies, fairness and faults. */
  readonly key?: string | undefined
  /** From 0, the first to be shed, to 9. Default 5. */
  readonly priority?: number | undefined
  /** How long the call may take, in milliseconds, where a timeout lets its calls choose. */
  readonly timeoutMs?: number | undefined
  /** How many units of a rate limit it costs. Default 1. */
  readonly cost?: number | undefined
  /** What fallbacks are told about the call; its arguments. */
  readonly args?: readonly unknown[] | undefined
  /** A fault that whoever calls wishes for, in development: see `faultSwitch`. */
  readonly faultRequest?: string | undefined
}
