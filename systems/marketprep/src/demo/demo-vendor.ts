import { errorCode } from 'seaworthy/core'
import type { Logger } from 'seaworthy/telemetry'
import type { Accounts } from '../accounts/accounts.ts'
import { findLogin, squareStatus } from '../data/index.ts'
import type { Learning } from '../learning.ts'
import type { SquareConnecting } from '../square/square-connection.ts'
import type { Store } from '../store.ts'
import { approveAsSeller } from './approve-as-seller.ts'

/** How to sign in as the demo vendor. The password guards made-up data. */
export const demoAccount = Object.freeze({
  email: 'demo@marketprep.example',
  password: 'bring enough tomatoes',
})

const businessName = 'Hillside Farm and Bakery'

export interface DemoVendorOptions {
  readonly store: Store
  readonly accounts: Accounts
  readonly square: { readonly connecting: SquareConnecting }
  readonly learning: Learning
  readonly logger: Logger
}

/**
 * A vendor with two years of sales, there from the first start. They come the way every vendor's come: she connects
 * the simulated Square, and her orders are synchronised.
 */
export class DemoVendor {
  readonly #options: DemoVendorOptions

  constructor(options: DemoVendorOptions) {
    this.#options = options
  }

  /** Makes what is not there yet; a start that was cut off goes on. */
  async ensure(): Promise<void> {
    const { store, square, learning, logger } = this.#options
    const vendorId = await this.#vendorId()
    const status = await store.vendor(vendorId, squareStatus, { readOnly: true })
    if (status.connected && status.lastSyncAt !== null) return
    logger.info(
      { event: 'demo' },
      'Making the demo vendor: connecting the simulated Square and taking two years of sales',
    )
    try {
      const answer = await approveAsSeller(square.connecting.begin(vendorId))
      await square.connecting.finish(answer)
      await learning.synchroniseNow(vendorId)
      logger.info(
        { event: 'demo' },
        `The demo vendor is there: ${demoAccount.email}, "${demoAccount.password}"`,
      )
    } catch (error) {
      logger.warn({ event: 'demo', error }, 'The demo vendor has no sales yet; the next start tries again')
    }
  }

  async #vendorId(): Promise<string> {
    const { store, accounts } = this.#options
    const login = await store.directory((tx) => findLogin(tx, demoAccount.email))
    if (login !== undefined) return login.vendorId
    try {
      const { session } = await accounts.register({ ...demoAccount, businessName }, 'admin')
      return session.vendor.id
    } catch (error) {
      if (errorCode(error) === 'ERR_EMAIL_TAKEN') return this.#vendorId()
      throw error
    }
  }
}
