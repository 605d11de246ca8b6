import { squareScopes, type SquareClient } from '../clients/square-client.ts'
import type { SquareStatus } from '../contract/sales.ts'
import { deleteSquareConnection, findSquareConnection, squareStatus } from '../data/index.ts'
import type { MarketprepDependencies } from '../declaration.ts'
import type { Store } from '../store.ts'
import type { AuthorisationState } from './authorisation-state.ts'
import type { SquareAccess } from './square-access.ts'

export interface SquareConnectingOptions {
  readonly store: Store
  readonly access: SquareAccess
  readonly state: AuthorisationState
  readonly client: SquareClient
  readonly dependencies: () => MarketprepDependencies
}

/** What Square hands back with the vendor's browser. */
export interface SquareAuthorisation {
  readonly code: string
  readonly state: string | undefined
}

/** What finishes an authorisation: Square's answer, and the nonce that the browser kept. */
export interface FinishOptions extends SquareAuthorisation {
  readonly nonce: string | undefined
}

/** Connecting a vendor's Square account by OAuth, and letting it go again. */
export class SquareConnecting {
  readonly #options: SquareConnectingOptions

  constructor(options: SquareConnectingOptions) {
    this.#options = options
  }

  /**
   * Where the vendor's browser goes to allow the access.
   *
   * @param nonce a secret that only this browser is given, from `newNonce`
   */
  begin(vendorId: string, nonce: string): string {
    return this.#options.client.authorizeUrl(this.#options.state.issue(vendorId, nonce))
  }

  /**
   * Takes the code that came back.
   *
   * @returns the vendor who is connected now
   * @throws SeaworthyError ERR_SQUARE_STATE, or the failure of Square
   */
  async finish({ code, state, nonce }: FinishOptions): Promise<string> {
    const vendorId = this.#options.state.read(state, nonce)
    const { exchangeCode, merchant } = this.#options.dependencies()
    const { value: tokens } = await exchangeCode(code)
    const { value: seller } = await merchant(tokens.accessToken)
    const grantee = { merchantName: seller.businessName, scopes: squareScopes }
    await this.#options.access.save(vendorId, tokens, grantee)
    return vendorId
  }

  status(vendorId: string): Promise<SquareStatus> {
    return this.#options.store.vendor(vendorId, squareStatus, { readOnly: true })
  }

  /** Forgets the connection, then asks Square to end the access; that Square does not answer changes nothing. */
  async end(vendorId: string): Promise<SquareStatus> {
    const { store, access, dependencies } = this.#options
    const connection = await store.vendor(vendorId, async (tx) => {
      const found = await findSquareConnection(tx)
      await deleteSquareConnection(tx)
      return found
    })
    if (connection !== undefined) {
      const revoke = async (): Promise<unknown> =>
        dependencies().revokeToken(access.accessToken(vendorId, connection))
      await revoke().catch(() => undefined)
    }
    return this.status(vendorId)
  }
}
