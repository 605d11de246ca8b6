import { errorFactory, type ErrorTable } from 'seaworthy/core'

/** The codes of `seaworthy/security`. */
export const securityErrors = {
  ERR_PASSWORD_INVALID: {
    title: 'Invalid password',
    status: 400,
    meaning: 'A password to be hashed is empty or longer than 1024 bytes.',
    remedy: 'Choose a password of 1 to 1024 bytes.',
  },
  ERR_PASSWORD_QUEUE_FULL: {
    title: 'Too many sign-ins',
    status: 503,
    meaning: 'As many passwords wait to be hashed as may: hashing is slow on purpose.',
    remedy: 'Try again after the time given; limit sign-ins per caller before hashing.',
  },
  ERR_SECRET_UNREADABLE: {
    title: 'Secret unreadable',
    status: 500,
    meaning: 'A sealed secret was made with an unknown key or for another place, or was changed.',
    remedy:
      'Put the key with the id that the error names back among the previous keys, or have the secret entered again.',
  },
  ERR_KEY_INVALID: {
    title: 'Invalid key',
    status: 500,
    meaning: 'A key, its id or the ring it belongs to is not usable.',
    remedy:
      'Use keys of 32 bytes, made by deriveKey, with ids of 1 to 64 letters, digits, "-" and "_", each once.',
  },
  ERR_MASTER_SECRET_INVALID: {
    title: 'Invalid master secret',
    status: 500,
    meaning: 'The master secret is missing, shorter than 32 bytes, or in a file that others may read.',
    remedy: 'Set the variable that the message names to the output of "openssl rand -base64 32".',
  },
} as const satisfies ErrorTable

/** A code of `seaworthy/security`. */
export type SecurityErrorCode = keyof typeof securityErrors

export const securityError = errorFactory(securityErrors)
