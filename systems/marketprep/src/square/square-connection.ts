import type { SquareClient } from '../clients/square-client.ts'
import type { SquareStatus } from '../contract/sales.ts'
import { deleteSquareConnection, squareStatus } from '../data/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import type { Store } from '../store.ts'
import type { AuthorisationState } from './authorisation-state.ts'
import type { SquareAccess } from './square-access.ts'

export interface SquareConnectionOptions {
  readonly store: Store
  readonly access: SquareAccess
  readonly state: AuthorisationState
  readonly client: SquareClient
  readonly dependencies: () => MarketprepDependencies
}

const scopes = ['MERCHANT_PROFILE_READ', 'ITEMS_READ', 'ORDERS_READ', 'PAYMENTS_READ']

/** Connecting a vendor's Square account by OAuth, and letting it go again. */
export class SquareConnecting {
  readonly #options: SquareConnectionOptions

  constructor(options: SquareConnectionOptions) {
    this.#options = options
  }

  /** Where the vendor's browser goes to allow the access. */
  begin(vendorId: string): string {
    return this.#options.client.authorizeUrl(this.#options.state.issue(vendorId))
  }

  /**
   * Takes the code that came back.
   *
   * @returns the vendor who is connected now
   * @throws SeaworthyError ERR_SQUARE_STATE, or the failure of Square
   */
  async finish({
    code,
    state,
  }: {
    readonly code: string
    readonly state: string | undefined
  }): Promise<string> {
    const vendorId = this.#options.state.read(state)
    const { exchangeCode, merchant } = this.#options.dependencies()
    const { value: tokens } = await exchangeCode(code)
    const { value: seller } = await merchant(tokens.accessToken)
    await this.#options.access.save(vendorId, tokens, { merchantName: seller.businessName, scopes })
    return vendorId
  }

  status(vendorId: string): Promise<SquareStatus> {
    return this.#options.store.vendor(vendorId, squareStatus, { readOnly: true })
  }

  /** Forgets the connection, and asks Square to end the access; that Square does not answer does not keep it. */
  async end(vendorId: string): Promise<SquareStatus> {
    const { store, access, dependencies } = this.#options
    const token = await access.token(vendorId).catch(() => undefined)
    await store.vendor(vendorId, deleteSquareConnection)
    if (token !== undefined)
      await dependencies()
        .revokeToken(token)
        .catch(() => undefined)
    return this.status(vendorId)
  }
}
