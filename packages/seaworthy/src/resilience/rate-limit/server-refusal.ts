import { classifyError } from '../engine/classify-error.ts'
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

/** The HTTP status that an error tells of, where clients usually put it. */
function statusOf(error: unknown): unknown {
  const { details, response, statusCode, status } = recordOf(error)
  const places = [recordOf(details)['status'], recordOf(response)['status'], statusCode, status]
  return places.find((each) => typeof each === 'number')
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
