import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of `seaworthy/service`. */
export const serviceErrors = {
  ERR_UNKNOWN_DEPENDENCY: {
    title: 'Unknown dependency',
    status: 404,
    meaning:
      'A capability names a dependency that the service does not declare, or an operator asked for one.',
    remedy: 'Use one of the declared names; the message lists them.',
  },
  ERR_UNKNOWN_CAPABILITY: {
    title: 'Unknown capability',
    status: 500,
    meaning: 'Work was started under a capability that the service does not declare.',
    remedy: 'Use one of the declared capabilities; the message lists them.',
  },
  ERR_DUPLICATE_OPERATION: {
    title: 'Duplicate operation',
    status: 500,
    meaning: 'A dependency has two operations of one name.',
    remedy: 'Give each operation its own name: metrics, logs and provenance tell them apart by it.',
  },
  ERR_WRONG_PHASE: {
    title: 'Wrong phase',
    status: 500,
    meaning: 'A service was started twice, or started after it had stopped.',
    remedy: 'Define a new service for each life.',
  },
  ERR_START_FAILED: {
    title: 'Start failed',
    status: 500,
    meaning:
      'A resource did not start, not within its time, or the service was stopped meanwhile. What had started was stopped again.',
    remedy: 'See the cause of this error and the resource that the message names.',
  },
  ERR_STOP_FAILED: {
    title: 'Stop failed',
    status: 500,
    meaning: 'A resource did not stop, or not within its time. The others were stopped all the same.',
    remedy: 'See the cause of this error and the resource that the message names.',
  },
} as const satisfies ErrorTable

/** A code of `seaworthy/service`. */
export type ServiceErrorCode = keyof typeof serviceErrors

export const serviceError = errorFactory(serviceErrors)
