import { askForeign } from 'seaworthy/core'

/** Whether a call failed because its caller gave up. Without a signal, an `AbortError` is taken for that. */
export function isCallersAbort(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal !== undefined) return signal.aborted
  return askForeign(() => error instanceof Error && error.name === 'AbortError') === true
}
