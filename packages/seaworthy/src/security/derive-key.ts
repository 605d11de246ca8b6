import { hkdfSync } from 'node:crypto'
import { securityError } from './security-errors.ts'

/** The least length of a secret that keys are made from. */
export const masterSecretBytesMin = 32

/**
 * A key for one purpose from a master secret, by HKDF-SHA256 (RFC 5869). Keys of different purposes tell nothing about
 * each other, so one secret in the configuration is enough.
 *
 * @param length of the key in bytes, by default 32
 * @throws SeaworthyError ERR_KEY_INVALID when the secret is shorter than 32 bytes, the purpose empty or the length not 16 to 64
 */
export function deriveKey(master: Uint8Array, purpose: string, length = 32): Uint8Array {
  if (master.byteLength < masterSecretBytesMin)
    throw invalid('the master secret', `at least ${masterSecretBytesMin} bytes`, `${master.byteLength} bytes`)
  if (purpose === '') throw invalid('its purpose', 'text of at least 1 character', 'none')
  if (!Number.isInteger(length) || length < 16 || length > 64)
    throw invalid('its length', 'a whole number from 16 to 64', String(length))
  return new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), `seaworthy/${purpose}`, length))
}

function invalid(what: string, allowed: string, received: string): Error {
  return securityError(
    'ERR_KEY_INVALID',
    `Cannot derive key: ${what} must be ${allowed}, received ${received}`,
  )
}
