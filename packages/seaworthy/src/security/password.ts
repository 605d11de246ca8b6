import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { defineOptions, integer } from 'seaworthy/core'
import { formatPhc, parsePhc, type Argon2Hash } from './phc-string.ts'
import { securityError } from './security-errors.ts'
import { WorkGate } from './work-gate.ts'

export interface PasswordHasherOptions {
  /** Hashes made at the same time. Each takes `memory` and a thread of the pool of Node. Default 2. */
  readonly concurrency?: number
  /** Hashes that may wait. Default 32. */
  readonly queue?: number
  /** Memory of one hash in KiB. Default 19456 (19 MiB). */
  readonly memory?: number
  /** Default 2. */
  readonly passes?: number
  /** Default 1. */
  readonly parallelism?: number
}

/** The parameters of the OWASP Password Storage Cheat Sheet for argon2id. */
export const passwordHasherDefaults = Object.freeze({
  concurrency: 2,
  queue: 32,
  memory: 19_456,
  passes: 2,
  parallelism: 1,
})

const resolvePasswordHasherOptions = defineOptions('password hasher', passwordHasherDefaults, {
  concurrency: integer(1, 64),
  queue: integer(0, 10_000),
  memory: integer(64, 1_048_576),
  passes: integer(1, 20),
  parallelism: integer(1, 8),
})

/**
 * Hashes passwords with argon2id. Each method that hashes may reject with ERR_PASSWORD_QUEUE_FULL (503): put a limit per
 * caller in front of it.
 */
export interface PasswordHasher {
  /**
   * A hash in the PHC string format with a new salt. The password counts as its NFKC form.
   *
   * @throws SeaworthyError ERR_PASSWORD_INVALID when it is empty or longer than 1024 bytes
   */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one that was hashed. For a user who is not there hand in `undefined`: it takes the same
   * time and is false, as is a hash that cannot be read.
   */
  verify(stored: string | undefined, password: string): Promise<boolean>
  /** Whether the hash was made with other parameters than now: after a good sign-in, hash again and store. */
  needsRehash(stored: string): boolean
}

type Settings = Required<PasswordHasherOptions>
type Recipe = Omit<Argon2Hash, 'hash'> & { readonly length: number }

const saltBytes = 16
const hashBytes = 32
const passwordBytesMax = 1024

/** Makes a hasher; one for each process is enough. */
export function createPasswordHasher(options?: PasswordHasherOptions): PasswordHasher {
  return new Hasher(resolvePasswordHasherOptions(options))
}

class Hasher implements PasswordHasher {
  readonly #settings: Settings
  readonly #gate: WorkGate
  /** Stands in for the hash of a user who is not there. Nothing is known to hash to it. */
  readonly #nobody: Argon2Hash

  constructor(settings: Settings) {
    this.#settings = settings
    this.#gate = new WorkGate(settings.concurrency, settings.queue, 'passwords')
    this.#nobody = { ...settings, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) }
  }

  async hash(password: string): Promise<string> {
    const message = asBytes(password)
    if (message === undefined) {
      throw securityError(
        'ERR_PASSWORD_INVALID',
        `Cannot hash password: it must have 1 to ${passwordBytesMax} bytes, received ${Buffer.byteLength(password)}`,
      )
    }
    const recipe = { ...this.#settings, salt: randomBytes(saltBytes), length: hashBytes }
    return formatPhc({ ...recipe, hash: await this.#run(message, recipe) })
  }

  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const known = stored === undefined ? undefined : parsePhc(stored)
    const message = asBytes(password)
    const against = known ?? this.#nobody
    const made = await this.#run(message ?? Buffer.alloc(1), { ...against, length: against.hash.length })
    return timingSafeEqual(made, against.hash) && known !== undefined && message !== undefined
  }

  needsRehash(stored: string): boolean {
    const { memory, passes, parallelism } = this.#settings
    const known = parsePhc(stored)
    return (
      known === undefined ||
      known.memory !== memory ||
      known.passes !== passes ||
      known.parallelism !== parallelism ||
      known.hash.length !== hashBytes
    )
  }

  #run(message: Buffer, recipe: Recipe): Promise<Buffer> {
    const running = this.#gate.run(() => argon2id(message, recipe))
    if (running !== undefined) return running
    const { queue } = this.#settings
    throw securityError(
      'ERR_PASSWORD_QUEUE_FULL',
      `Cannot hash password: all ${queue} places to wait are taken`,
      {
        details: { queue },
        retryAfterMs: 1000,
      },
    )
  }
}

function asBytes(password: string): Buffer | undefined {
  if (password.length > passwordBytesMax) return undefined
  const bytes = Buffer.from(password.normalize('NFKC'), 'utf8')
  return bytes.length >= 1 && bytes.length <= passwordBytesMax ? bytes : undefined
}

function argon2id(message: Buffer, { salt, length, memory, passes, parallelism }: Recipe): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2(
      'argon2id',
      { message, nonce: salt, memory, passes, parallelism, tagLength: length },
      (error, hash) => (error === null ? resolve(hash) : reject(error)),
    )
  })
}
