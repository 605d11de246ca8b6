import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { AccessTokens } from '@seaworthy/fastify'
import type { Clock } from 'seaworthy/core'
import type { PasswordHasher } from 'seaworthy/security'
import type { LoginBody, RegisterBody, Session, Vendor } from '../contract/account.ts'
import {
  createVendor,
  findLogin,
  findVendor,
  issueRefreshToken,
  newVendorId,
  replacePasswordHash,
  revokeRefreshFamily,
  rotateRefreshToken,
  type Login,
} from '../data/index.ts'
import type { Store } from '../store.ts'
import { accountError } from './account-errors.ts'

/** How long an access token holds: its thief has no longer. */
export const accessTokenSeconds = 15 * 60
/** How long somebody stays signed in without coming back. */
export const refreshTokenSeconds = 7 * 24 * 60 * 60
/** Two tabs may present the same refresh token at once; within this time the second is refused without alarm. */
const rotationGraceMs = 10_000

/** A session, and the refresh token that only a cookie may carry. */
export interface SignedIn {
  readonly session: Session
  readonly refreshToken: string
}

export interface AccountsOptions {
  readonly store: Store
  readonly passwords: PasswordHasher
  readonly tokens: AccessTokens
  readonly clock: Clock
}

/** Sign-up, sign-in and the sessions that follow. */
export class Accounts {
  readonly #options: AccountsOptions

  constructor(options: AccountsOptions) {
    this.#options = options
  }

  /** @throws SeaworthyError ERR_EMAIL_TAKEN */
  async register(body: RegisterBody, role: Vendor['role'] = 'vendor'): Promise<SignedIn> {
    const { store, passwords } = this.#options
    const passwordHash = await passwords.hash(body.password)
    const vendorId = await store.directory(newVendorId)
    const { email, businessName } = body
    const vendor = await store.vendor(vendorId, (tx) =>
      createVendor(tx, { email, businessName, passwordHash, role }),
    )
    return this.#begin(vendor)
  }

  /** @throws SeaworthyError ERR_WRONG_CREDENTIALS, after the same time whether the address exists or not */
  async signIn({ email, password }: LoginBody): Promise<SignedIn> {
    const { store, passwords } = this.#options
    const login = await store.directory((tx) => findLogin(tx, email))
    const right = await passwords.verify(login?.passwordHash, password)
    if (login === undefined || !right) {
      throw accountError(
        'ERR_WRONG_CREDENTIALS',
        'Cannot sign in: e-mail address and password must belong together',
      )
    }
    if (passwords.needsRehash(login.passwordHash)) {
      // Whoever has the right password comes in; the next sign-in hashes it again.
      await this.#rehash(login, password).catch(() => undefined)
    }
    return this.#begin(await this.vendor(login.vendorId))
  }

  /** @throws SeaworthyError ERR_SESSION_ENDED */
  async refresh(refreshToken: string | undefined): Promise<SignedIn> {
    if (refreshToken === undefined) throw ended()
    const { store, clock } = this.#options
    const next = newToken()
    const nowMs = clock.wallTime()
    const rotated = await store.directory((tx) =>
      rotateRefreshToken(tx, {
        presentedHash: hashOf(refreshToken),
        nextHash: hashOf(next),
        expiresAtMs: nowMs + refreshTokenSeconds * 1_000,
        nowMs,
        graceMs: rotationGraceMs,
      }),
    )
    if (rotated.outcome !== 'rotated') throw ended()
    return { session: await this.#session(await this.vendor(rotated.vendorId)), refreshToken: next }
  }

  /** Ends a sign-in on every device that descends from it. Quiet when there is nothing to end. */
  async signOut(refreshToken: string | undefined): Promise<void> {
    if (refreshToken === undefined) return
    const { store, clock } = this.#options
    await store.directory((tx) =>
      revokeRefreshFamily(tx, { tokenHash: hashOf(refreshToken), nowMs: clock.wallTime() }),
    )
  }

  /** @throws SeaworthyError ERR_SESSION_ENDED when the account is gone */
  async vendor(vendorId: string): Promise<Vendor> {
    const vendor = await this.#options.store.vendor(vendorId, findVendor, { readOnly: true })
    if (vendor === undefined) throw ended()
    return vendor
  }

  /** The parameters of hashing have changed since: only now is the password at hand to be hashed with the new ones. */
  async #rehash({ vendorId, passwordHash }: Login, password: string): Promise<void> {
    const { store, passwords } = this.#options
    const hash = await passwords.hash(password)
    await store.vendor(vendorId, (tx) => replacePasswordHash(tx, { former: passwordHash, hash }))
  }

  async #begin(vendor: Vendor): Promise<SignedIn> {
    const { store, clock } = this.#options
    const refreshToken = newToken()
    const nowMs = clock.wallTime()
    await store.vendor(vendor.id, (tx) =>
      issueRefreshToken(tx, {
        tokenHash: hashOf(refreshToken),
        family: randomUUID(),
        expiresAtMs: nowMs + refreshTokenSeconds * 1_000,
        nowMs,
      }),
    )
    return { session: await this.#session(vendor), refreshToken }
  }

  async #session(vendor: Vendor): Promise<Session> {
    const accessToken = await this.#options.tokens.issue({ subject: vendor.id, roles: [vendor.role] })
    return { accessToken, expiresInSeconds: accessTokenSeconds, vendor }
  }
}

function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The token is random, so a fast hash is enough: nobody can guess what it was made from. */
function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

function ended(): Error {
  return accountError(
    'ERR_SESSION_ENDED',
    'Cannot refresh the session: it must be current and used only once',
  )
}
