import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of signing in. */
export const accountErrors = {
  ERR_WRONG_CREDENTIALS: {
    title: 'Wrong credentials',
    status: 401,
    meaning: 'No account has this e-mail address and password.',
    remedy: 'Check both, or sign up.',
  },
  ERR_SESSION_ENDED: {
    title: 'Session ended',
    status: 401,
    meaning: 'The refresh token is missing, expired, revoked or was used before.',
    remedy: 'Sign in again.',
  },
} as const satisfies ErrorTable

export const accountError = errorFactory(accountErrors)
