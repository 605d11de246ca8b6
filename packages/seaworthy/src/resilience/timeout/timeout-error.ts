import { formatMs, timeoutChannel, type SeaworthyError } from 'seaworthy/core'
import { resilienceError, type ResilienceErrorCode } from '../resilience-errors.ts'

/** Tells that a limit is over; the error for the call. */
export function timeoutError(name: string, limitMs: number): SeaworthyError<ResilienceErrorCode> {
  if (timeoutChannel.hasSubscribers) timeoutChannel.publish({ name, limitMs })
  return resilienceError(
    'ERR_TIMEOUT',
    `Cannot finish "${name}": must end within ${formatMs(limitMs)}, was still running`,
    { details: { name, limitMs } },
  )
}
