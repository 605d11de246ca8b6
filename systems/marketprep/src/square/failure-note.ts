import { errorCode } from 'seaworthy/core'

/** What the vendor reads after a synchronisation that failed. */
export function failureNote(error: unknown, signal?: AbortSignal): string {
  if (signal?.aborted === true) return 'The last synchronisation was interrupted; the next one goes on.'
  const code = errorCode(error)
  if (code === 'ERR_UPSTREAM_UNAUTHORIZED') {
    return 'Square does not accept the connection any more: connect it again.'
  }
  return `The last synchronisation failed (${code ?? 'unknown reason'}); the next one goes on.`
}
