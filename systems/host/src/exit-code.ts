import { errorCode } from 'seaworthy/core'

/** Errors of what was given from outside, as opposed to failures of running. */
const configurationCodes: ReadonlySet<string> = new Set([
  'ERR_BAD_CONFIGURATION',
  'ERR_PORT_IN_USE',
  'ERR_MARKETPREP_CONFIGURATION',
  'ERR_MASTER_SECRET_INVALID',
  'ERR_DATABASE_URL',
  'ERR_DATABASE_UNREACHABLE',
  'ERR_DATABASE_CREDENTIALS',
  'ERR_DATABASE_MISSING',
  'ERR_DATABASE_TOO_OLD',
  'ERR_DATABASE_FORBIDDEN',
  'ERR_DATABASE_AHEAD',
  'ERR_DATABASE_IN_USE',
  'ERR_DATABASE_START',
  'ERR_EMBEDDED_UNSUPPORTED',
  'ERR_TENANCY_ROLE',
])

/** The exit code after an error: 2 when the configuration cannot be used, else 1. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return configurationCodes.has(errorCode(error) ?? '') ? 2 : 1
}
