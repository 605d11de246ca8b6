import { errorCode, orAbort, type Clock } from 'seaworthy/core'
import type { SecretBox } from 'seaworthy/security'
import type { SquareTokens } from '../clients/square-model.ts'
import {
  dataError,
  findSquareConnection,
  renewSquareTokens,
  saveSquareGrant,
  type SquareConnection,
} from '../data/index.ts'
import type { Store } from '../store.ts'
import { SquareSession } from './square-session.ts'

export interface SquareAccessOptions {
  readonly store: Store
  readonly box: SecretBox
  readonly clock: Clock
}

/** Whose account was connected, and what for. */
export interface SquareGrantee {
  readonly merchantName: string
  readonly scopes: readonly string[]
}

/** How the calls of one session are made. */
export interface SquareSessionOptions {
  /** Asks Square for new tokens. */
  readonly refresh: (refreshToken: string) => Promise<SquareTokens>
  readonly signal?: AbortSignal | undefined
}

/** Tokens that end sooner than this are renewed first. */
const renewAheadMs = 24 * 60 * 60 * 1_000

/** The tokens of the vendors' Square accounts: sealed at rest, renewed before they end and when Square refuses them. */
export class SquareAccess {
  readonly #options: SquareAccessOptions
  /** Renewals under way, at most one for each vendor. */
  readonly #renewing = new Map<string, Promise<string>>()

  constructor(options: SquareAccessOptions) {
    this.#options = options
  }

  /** Stores what Square granted. */
  async save(vendorId: string, tokens: SquareTokens, { merchantName, scopes }: SquareGrantee): Promise<void> {
    const { merchantId } = tokens
    const grant = { merchantId, merchantName, scopes, ...this.#sealed(vendorId, tokens) }
    await this.#options.store.vendor(vendorId, (tx) => saveSquareGrant(tx, grant))
  }

  /**
   * A session with an access token that holds. While Square cannot renew a token that ends soon, the one at hand serves.
   *
   * @throws SeaworthyError ERR_SQUARE_NOT_CONNECTED, ERR_SECRET_UNREADABLE; the failure of Square when the token has ended
   */
  async session(vendorId: string, options: SquareSessionOptions): Promise<SquareSession> {
    const connection = await this.#connection(vendorId, options.signal)
    const stored = this.accessToken(vendorId, connection)
    const renew = (refused: string): Promise<string> => this.#renewed(vendorId, refused, options)
    const leftMs = Date.parse(connection.expiresAt) - this.#options.clock.wallTime()
    if (leftMs > renewAheadMs) return new SquareSession(stored, renew)
    try {
      return new SquareSession(await renew(stored), renew)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (leftMs <= 0 || errorCode(error) === 'ERR_UPSTREAM_UNAUTHORIZED') throw error
      return new SquareSession(stored, renew)
    }
  }

  /** The access token of a connection, as it is. */
  accessToken(vendorId: string, { accessTokenEncrypted }: SquareConnection): string {
    return this.#options.box.open(accessTokenEncrypted, sealFor(vendorId, 'access'))
  }

  /** One renewal at a time for each vendor: whoever comes second finds the tokens of the first. */
  async #renewed(vendorId: string, refused: string, options: SquareSessionOptions): Promise<string> {
    for (let other = this.#renewing.get(vendorId); other; other = this.#renewing.get(vendorId)) {
      const settled = other.catch(() => undefined)
      await orAbort(settled, options.signal)
    }
    const renewing = this.#renew(vendorId, refused, options).finally(() => this.#renewing.delete(vendorId))
    this.#renewing.set(vendorId, renewing)
    return renewing
  }

  async #renew(
    vendorId: string,
    refused: string,
    { refresh, signal }: SquareSessionOptions,
  ): Promise<string> {
    const connection = await this.#connection(vendorId, signal)
    const stored = this.accessToken(vendorId, connection)
    if (stored !== refused) return stored
    const { store, box } = this.#options
    const tokens = await refresh(box.open(connection.refreshTokenEncrypted, sealFor(vendorId, 'refresh')))
    const sealed = this.#sealed(vendorId, tokens)
    if (await store.vendor(vendorId, (tx) => renewSquareTokens(tx, sealed, connection)))
      return tokens.accessToken
    return this.accessToken(vendorId, await this.#connection(vendorId, signal))
  }

  #sealed(vendorId: string, { accessToken, refreshToken, expiresAt }: SquareTokens) {
    const { box } = this.#options
    return {
      accessTokenEncrypted: box.seal(accessToken, sealFor(vendorId, 'access')),
      refreshTokenEncrypted: box.seal(refreshToken, sealFor(vendorId, 'refresh')),
      expiresAt,
    }
  }

  async #connection(vendorId: string, signal?: AbortSignal): Promise<SquareConnection> {
    const options = { readOnly: true, signal }
    const connection = await this.#options.store.vendor(vendorId, findSquareConnection, options)
    if (connection !== undefined) return connection
    throw dataError('ERR_SQUARE_NOT_CONNECTED', 'Cannot use Square: the vendor must have connected it')
  }
}

/** What a sealed token belongs to, so that it opens for no other vendor. */
function sealFor(vendorId: string, kind: 'access' | 'refresh'): string {
  return `${vendorId}/square/${kind}`
}
