import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { securityError } from './security-errors.ts'

/** A key with the id by which sealed secrets name it. */
export interface SecretKey {
  /** 1 to 64 letters, digits, `-` and `_`. */
  readonly id: string
  /** 32 bytes, as made by `deriveKey`. */
  readonly key: Uint8Array
}

export interface Keyring {
  /** Seals. */
  readonly current: SecretKey
  /** Still open what they once sealed. */
  readonly previous?: readonly SecretKey[]
}

/**
 * Seals texts for storage. The associated data says what a secret belongs to, such as `tenant/12/square-token`: it is
 * not stored, and the secret opens only when the same is given, so that a sealed secret cannot be moved to another row.
 */
export interface SecretBox {
  seal(secret: string, associatedData: string): string
  /** @throws SeaworthyError ERR_SECRET_UNREADABLE */
  open(sealed: string, associatedData: string): string
  /** Whether it was sealed with a key that is no longer the current one: open it and seal it again. */
  needsRotation(sealed: string): boolean
}

const version = 'v1'
const nonceBytes = 12
const tagBytes = 16
const keyBytes = 32
const idPattern = /^[A-Za-z0-9_-]{1,64}$/
const sealedPattern = /^v1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{38,})$/

/**
 * Makes a box of AES-256-GCM with a random nonce of 96 bits. By NIST SP 800-38D one key may seal at most 2^32 secrets:
 * put a new key in its place long before.
 *
 * @throws SeaworthyError ERR_KEY_INVALID
 */
export function createSecretBox(keyring: Keyring): SecretBox {
  const keys = checkedKeys(keyring)
  const current = { id: keyring.current.id, key: Buffer.from(keyring.current.key) }
  return Object.freeze({
    seal: (secret: string, associatedData: string) => seal(current, secret, associatedData),
    open: (sealed: string, associatedData: string) => open(keys, sealed, associatedData),
    needsRotation: (sealed: string) => sealedPattern.exec(sealed)?.[1] !== current.id,
  })
}

function seal({ id, key }: SecretKey, secret: string, associatedData: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(boundData(id, associatedData))
  const body = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${version}.${id}.${body.toString('base64url')}`
}

function open(keys: ReadonlyMap<string, Uint8Array>, sealed: string, associatedData: string): string {
  const [, id, encoded] = sealedPattern.exec(sealed) ?? []
  if (id === undefined || encoded === undefined) throw unreadable('it must be text made by seal', {})
  const key = keys.get(id)
  if (key === undefined) throw unreadable(`its key "${id}" must be in the keyring`, { keyId: id })
  const body = Buffer.from(encoded, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(boundData(id, associatedData))
  decipher.setAuthTag(body.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(body.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString(
      'utf8',
    )
  } catch (cause) {
    throw unreadable(`it must be unchanged and for the same associated data, sealed with key "${id}"`, {
      keyId: id,
      cause,
    })
  }
}

/** Binds version and key id, too. Ids hold no dot, so the parts cannot be read another way. */
function boundData(id: string, associatedData: string): Buffer {
  return Buffer.from(`${version}.${id}.${associatedData}`, 'utf8')
}

function checkedKeys({ current, previous = [] }: Keyring): ReadonlyMap<string, Uint8Array> {
  const keys = new Map<string, Uint8Array>()
  for (const { id, key } of [current, ...previous]) {
    if (!idPattern.test(id)) throw badKey(id, 'its id must be 1 to 64 letters, digits, "-" or "_"')
    if (keys.has(id)) throw badKey(id, 'its id must be used once')
    if (key.byteLength !== keyBytes)
      throw badKey(id, `it must have ${keyBytes} bytes, received ${key.byteLength}`)
    keys.set(id, Buffer.from(key))
  }
  return keys
}

function badKey(id: string, rule: string): Error {
  return securityError('ERR_KEY_INVALID', `Cannot use key "${id}": ${rule}`, { details: { keyId: id } })
}

function unreadable(rule: string, { keyId, cause }: { keyId?: string; cause?: unknown }): Error {
  return securityError('ERR_SECRET_UNREADABLE', `Cannot open secret: ${rule}`, {
    details: { keyId },
    ...(cause !== undefined && { cause }),
  })
}
