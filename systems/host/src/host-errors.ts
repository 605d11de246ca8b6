import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of the host. */
export const hostErrors = {
  ERR_BAD_CONFIGURATION: {
    title: 'Bad configuration',
    status: 500,
    meaning: 'An environment variable or an argument has a value that cannot be used.',
    remedy: 'Correct the variable that the message names; it says what is allowed.',
  },
  ERR_PORT_IN_USE: {
    title: 'Port in use',
    status: 500,
    meaning: 'Another program listens on the port.',
    remedy: 'Stop the other program, or set PORT to a free port.',
  },
} as const satisfies ErrorTable

export const hostError = errorFactory(hostErrors)
