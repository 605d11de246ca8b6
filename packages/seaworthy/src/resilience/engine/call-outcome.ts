import { retryAfterOf } from '../retry/retry-after.ts'

/** How a call ended, for callers who would rather look than catch. */
export type CallOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false
      readonly error: unknown
      /** When trying again makes sense, in milliseconds, if the error tells. */
      readonly retryAfterMs: number | undefined
    }

export function succeededWith<T>(value: T): CallOutcome<T> {
  return { ok: true, value }
}

export function failedWith(error: unknown): CallOutcome<never> {
  return { ok: false, error, retryAfterMs: retryAfterOf(error) }
}
