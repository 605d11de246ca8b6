import { errorCode, type Clock } from 'seaworthy/core'
import type { SecretBox } from 'seaworthy/security'
import type { SquareTokens } from '../clients/square-model.ts'
import { dataError, findSquareConnection, saveSquareGrant, type SquareConnection } from '../data/index.ts'
import type { Store } from '../store.ts'

/** The tokens of a vendor's Square account: sealed at rest, refreshed before they end. */

export interface SquareAccessOptions {
  readonly store: Store
  readonly box: SecretBox
  readonly clock: Clock
  /** Asks Square for a new access token. */
  readonly refresh: (refreshToken: string, signal?: AbortSignal) => Promise<SquareTokens>
}

export interface SquareGrantee {
  readonly merchantName: string
  readonly scopes: readonly string[]
}

/** Tokens that end sooner than this are refreshed first. */
const refreshAheadMs = 24 * 60 * 60 * 1_000

export class SquareAccess {
  readonly #options: SquareAccessOptions
  readonly #refreshing = new Map<string, Promise<string>>()

  constructor(options: SquareAccessOptions) {
    this.#options = options
  }

  async save(vendorId: string, tokens: SquareTokens, { merchantName, scopes }: SquareGrantee): Promise<void> {
    const { store, box } = this.#options
    await store.vendor(vendorId, (tx) =>
      saveSquareGrant(tx, {
        merchantId: tokens.merchantId,
        merchantName,
        accessTokenEncrypted: box.seal(tokens.accessToken, `${vendorId}/square/access`),
        refreshTokenEncrypted: box.seal(tokens.refreshToken, `${vendorId}/square/refresh`),
        scopes,
        expiresAt: tokens.expiresAt,
      }),
    )
  }

  /**
   * An access token that holds.
   *
   * @throws SeaworthyError ERR_SQUARE_NOT_CONNECTED
   */
  async token(vendorId: string, signal?: AbortSignal): Promise<string> {
    return this.tokenOf(vendorId, await this.#connection(vendorId, signal), signal)
  }

  /** The same for a connection that has been read already. */
  async tokenOf(vendorId: string, connection: SquareConnection, signal?: AbortSignal): Promise<string> {
    const leftMs = Date.parse(connection.expiresAt) - this.#options.clock.wallTime()
    if (leftMs > refreshAheadMs) return this.#open(connection.accessTokenEncrypted, vendorId, 'access')
    try {
      return await this.refreshed(vendorId, signal)
    } catch (error) {
      // Square may be down for a while; the token at hand may still hold.
      if (leftMs > 0 && errorCode(error) !== 'ERR_UPSTREAM_UNAUTHORIZED') {
        return this.#open(connection.accessTokenEncrypted, vendorId, 'access')
      }
      throw error
    }
  }

  /** A new access token, stored. Calls of one vendor at the same time share one request. */
  refreshed(vendorId: string, signal?: AbortSignal): Promise<string> {
    const running = this.#refreshing.get(vendorId)
    if (running !== undefined) return running
    const refreshing = this.#refresh(vendorId, signal).finally(() => this.#refreshing.delete(vendorId))
    this.#refreshing.set(vendorId, refreshing)
    return refreshing
  }

  async #refresh(vendorId: string, signal?: AbortSignal): Promise<string> {
    const connection = await this.#connection(vendorId, signal)
    const refreshToken = this.#open(connection.refreshTokenEncrypted, vendorId, 'refresh')
    const tokens = await this.#options.refresh(refreshToken, signal)
    await this.save(vendorId, tokens, connection)
    return tokens.accessToken
  }

  async #connection(vendorId: string, signal?: AbortSignal) {
    const options = { readOnly: true, signal }
    const connection = await this.#options.store.vendor(vendorId, findSquareConnection, options)
    if (connection !== undefined) return connection
    throw dataError('ERR_SQUARE_NOT_CONNECTED', 'Cannot use Square: the vendor must have connected it')
  }

  #open(sealed: string, vendorId: string, kind: 'access' | 'refresh'): string {
    return this.#options.box.open(sealed, `${vendorId}/square/${kind}`)
  }
}
