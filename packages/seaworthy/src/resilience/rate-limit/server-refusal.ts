import { classifyError } from '../engine/classify-error.ts'
import { statusOf } from '../engine/status-of.ts'
import { retryAfterOf } from '../retry/retry-after.ts'

const tooManyRequests = 429

/**
 * Whether an error says that calls come too fast for the server: a status of 429, or that it names a time to wait. Refusals
 * by policies of our own do so, too, and say nothing about the server.
 */
export function isServerRefusal(error: unknown): boolean {
  if (classifyError(error) === 'ignored') return false
  return statusOf(error) === tooManyRequests || retryAfterOf(error) !== undefined
}
