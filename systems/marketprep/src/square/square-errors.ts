import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of the connection to Square. */
export const squareErrors = {
  ERR_SQUARE_STATE: {
    title: 'Square authorisation cannot be used',
    status: 400,
    meaning: 'The state of the authorisation is missing, expired, altered, or of another browser.',
    remedy: 'Start connecting again from the page.',
  },
  ERR_SQUARE_NOT_SYNCHRONISED: {
    title: 'Square is not synchronised yet',
    status: 409,
    meaning: 'Newest orders were asked for before the first synchronisation ended.',
    remedy: 'Wait for the first synchronisation.',
  },
} as const satisfies ErrorTable

export const squareError = errorFactory(squareErrors)
