import { errorCode, errorFactory, type ErrorTable, type Outcome } from 'seaworthy/core'
import { classifyError } from 'seaworthy/resilience'

/** The codes of calls to outside services. */
export const clientErrors = {
  ERR_UPSTREAM_CONNECTION: {
    title: 'Outside service cannot be reached',
    status: 502,
    meaning: 'The connection to an outside service could not be made, or broke before the answer was whole.',
    remedy: 'Check that the base URL is right and that the service is up; trying again may help.',
  },
  ERR_UPSTREAM_STATUS: {
    title: 'Outside service failed',
    status: 502,
    meaning:
      'An outside service answered with a status of 500 or more, or one that the protocol does not know.',
    remedy: 'Try again later; the error carries the wait that the service asks for, if it does.',
  },
  ERR_UPSTREAM_RATE_LIMITED: {
    title: 'Outside service limits the rate',
    status: 503,
    meaning: 'An outside service answered 429: too many calls were made.',
    remedy: 'Wait as long as the error says before the next call.',
  },
  ERR_UPSTREAM_UNAUTHORIZED: {
    title: 'Outside service does not accept the credentials',
    status: 502,
    meaning:
      'An outside service answered 401 or 403: a token has expired, was revoked or lacks a permission.',
    remedy: 'Refresh the token; when that does not help, connect the account again.',
  },
  ERR_UPSTREAM_REFUSED: {
    title: 'Outside service refused the request',
    status: 502,
    meaning:
      'An outside service answered with another status of 400 to 499, or sent the caller elsewhere: the request is wrong.',
    remedy:
      'The error names the fields that the service complains about; the same request will be refused again.',
  },
  ERR_ANSWER_TOO_LARGE: {
    title: 'Answer too large',
    status: 502,
    meaning: 'The answer of an outside service is larger than the client reads.',
    remedy: 'Ask for less at a time, or raise the limit of the client.',
  },
  ERR_ANSWER_NOT_JSON: {
    title: 'Answer is not JSON',
    status: 502,
    meaning: 'An outside service answered with a success whose body is not JSON.',
    remedy: 'Check that the base URL is that of the API.',
  },
  ERR_SCHEMA_MISMATCH: {
    title: 'Answer does not have the agreed form',
    status: 502,
    meaning:
      'An outside service answered with a success whose body does not match the schema. Nothing of it was used.',
    remedy: 'Compare the paths in the error with the documentation of the service: its API may have changed.',
  },
  ERR_TOO_MANY_PAGES: {
    title: 'Too many pages',
    status: 502,
    meaning: 'An outside service kept on saying that there is another page.',
    remedy: 'Ask for a smaller range, or raise the bound.',
  },
} as const satisfies ErrorTable

export type ClientErrorCode = keyof typeof clientErrors

export const clientError = errorFactory(clientErrors)

const ours: ReadonlySet<string> = new Set(['ERR_UPSTREAM_UNAUTHORIZED', 'ERR_UPSTREAM_REFUSED'])
const lasting: ReadonlySet<string> = new Set([
  ...ours,
  'ERR_SCHEMA_MISMATCH',
  'ERR_ANSWER_TOO_LARGE',
  'ERR_TOO_MANY_PAGES',
])

/**
 * Whether the same call may succeed when it is made again: true for what was not made by these clients.
 */
export function isWorthRetrying(error: unknown): boolean {
  return !lasting.has(errorCode(error) ?? '')
}

/**
 * What an error of a client says about the health of the service: a request refused for its content says nothing, nor
 * does a refusal of our own policies.
 */
export function classifyClientError(error: unknown): Outcome {
  return ours.has(errorCode(error) ?? '') ? 'ignored' : classifyError(error)
}
