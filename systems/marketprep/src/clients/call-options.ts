/** What each call to an outside service takes first. */
export interface CallOptions {
  /** Aborts the call with its own reason. */
  readonly signal?: AbortSignal | undefined
  /** Headers to send on: `x-correlation-id`, `traceparent`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}
