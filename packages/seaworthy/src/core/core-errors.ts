import { errorFactory, type ErrorTable } from './errors.ts'

/** The codes of `seaworthy/core`. */
export const coreErrors = {
  ERR_INVALID_OPTION: {
    title: 'Invalid option',
    status: 500,
    meaning: 'An option is unknown, missing, of the wrong type or outside its range.',
    remedy: 'Correct the option that the message names; it gives the value received and the allowed range.',
  },
  ERR_INVALID_DURATION: {
    title: 'Invalid duration',
    status: 500,
    meaning:
      'A duration is neither a number of milliseconds nor text such as "250ms", "2s", "5m", "1h", "7d".',
    remedy: 'Write a whole number with one unit of ms, s, m, h or d.',
  },
  ERR_QUEUE_FULL: {
    title: 'Queue full',
    status: 503,
    meaning: 'A bounded queue has no place left.',
    remedy: 'Try again later; raise the capacity only if the memory for it is there.',
  },
  ERR_QUEUE_CLOSED: {
    title: 'Queue closed',
    status: 503,
    meaning: 'Something was added to a queue, or waited for in one, that was closed.',
    remedy: 'The owner is shutting down; send the work elsewhere.',
  },
} as const satisfies ErrorTable

/** A code of `seaworthy/core`. */
export type CoreErrorCode = keyof typeof coreErrors

export const coreError = errorFactory(coreErrors)
