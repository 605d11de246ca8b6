import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode } from 'seaworthy/core'
import { masterSecretBytesMin } from './derive-key.ts'
import { securityError } from './security-errors.ts'

export interface MasterSecretOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The variable that holds the secret. Default `SEAWORTHY_SECRET`. */
  readonly variable?: string
  /** Where a secret is made and kept when the variable is not set: for development, and for one machine. */
  readonly file?: string
}

/**
 * The secret that all keys are derived from: from the environment, else from a file that only its owner may read, which
 * is made when it is not there. As text it is hex, base64 or base64url when it decodes to at least 32 bytes, otherwise
 * its UTF-8 bytes.
 *
 * @throws SeaworthyError ERR_MASTER_SECRET_INVALID
 */
export function loadMasterSecret(options: MasterSecretOptions): Uint8Array {
  const { env, variable = 'SEAWORTHY_SECRET', file } = options
  const text = env[variable]
  if (text !== undefined && text !== '') return decode(text.trim(), `variable ${variable}`)
  if (file === undefined) throw invalid(`variable ${variable}`, 'it must be set', `nothing; ${remedy}`)
  return fromFile(file)
}

function fromFile(file: string): Uint8Array {
  try {
    return readSecret(file)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  create(file)
  return readSecret(file)
}

function readSecret(file: string): Uint8Array {
  const text = readFileSync(file, 'utf8').trim()
  const mode = statSync(file).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw invalid(`file ${file}`, 'only its owner may read it (mode 600)', `mode ${mode.toString(8)}`)
  }
  return decode(text, `file ${file}`)
}

/** Writes beside and links, so that another process that starts now sees the whole file or none. */
function create(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const beside = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(beside, `${randomBytes(masterSecretBytesMin).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
  })
  try {
    linkSync(beside, file)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  } finally {
    rmSync(beside, { force: true })
  }
}

const remedy = `make one with: openssl rand -base64 ${masterSecretBytesMin}`

function decode(text: string, where: string): Uint8Array {
  for (const bytes of candidates(text)) {
    if (bytes.byteLength >= masterSecretBytesMin) return new Uint8Array(bytes)
  }
  const length = Buffer.byteLength(text, 'utf8')
  throw invalid(where, `it must have at least ${masterSecretBytesMin} bytes`, `${length} bytes; ${remedy}`)
}

function* candidates(text: string): Iterable<Buffer> {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) yield Buffer.from(text, 'hex')
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) yield Buffer.from(text, 'base64')
  yield Buffer.from(text, 'utf8')
}

function invalid(where: string, rule: string, received: string): Error {
  return securityError(
    'ERR_MASTER_SECRET_INVALID',
    `Cannot load master secret from ${where}: ${rule}, received ${received}`,
    {
      details: { where },
    },
  )
}
